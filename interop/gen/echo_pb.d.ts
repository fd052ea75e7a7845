import type { GenFile, GenMessage, GenService } from "@bufbuild/protobuf/codegenv2";
import type { Message as Message$1 } from "@bufbuild/protobuf";
/**
 * Describes the file echo.proto.
 */
export declare const file_echo: GenFile;
/**
 * @generated from message redoubt.test.v1.Message
 */
export type Message = Message$1<"redoubt.test.v1.Message"> & {
    /**
     * @generated from field: string text = 1;
     */
    text: string;
    /**
     * @generated from field: bytes body = 2;
     */
    body: Uint8Array;
    /**
     * @generated from field: int32 repeat_count = 3;
     */
    repeatCount: number;
    /**
     * @generated from field: int32 index = 4;
     */
    index: number;
    /**
     * @generated from field: repeated string tags = 5;
     */
    tags: string[];
    /**
     * @generated from field: map<string, int64> counters = 6;
     */
    counters: {
        [key: string]: bigint;
    };
    /**
     * @generated from field: redoubt.test.v1.Message nested = 7;
     */
    nested?: Message | undefined;
};
/**
 * Describes the message redoubt.test.v1.Message.
 * Use `create(MessageSchema)` to create a new message.
 */
export declare const MessageSchema: GenMessage<Message>;
/**
 * What the tests serve and call: one method of each kind.
 *
 * @generated from service redoubt.test.v1.Echo
 */
export declare const Echo: GenService<{
    /**
     * Answers with the same message.
     *
     * @generated from rpc redoubt.test.v1.Echo.Unary
     */
    unary: {
        methodKind: "unary";
        input: typeof MessageSchema;
        output: typeof MessageSchema;
    };
    /**
     * Answers with one message made of all that came: the texts and bodies joined, the counts summed up.
     *
     * @generated from rpc redoubt.test.v1.Echo.Collect
     */
    collect: {
        methodKind: "client_streaming";
        input: typeof MessageSchema;
        output: typeof MessageSchema;
    };
    /**
     * Answers with `repeat_count` messages like the one that came; `index` counts them from 0.
     *
     * @generated from rpc redoubt.test.v1.Echo.Expand
     */
    expand: {
        methodKind: "server_streaming";
        input: typeof MessageSchema;
        output: typeof MessageSchema;
    };
    /**
     * Answers each message with the same one, before the next comes.
     *
     * @generated from rpc redoubt.test.v1.Echo.Chat
     */
    chat: {
        methodKind: "bidi_streaming";
        input: typeof MessageSchema;
        output: typeof MessageSchema;
    };
}>;
