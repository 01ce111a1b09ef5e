package dev.relay.standalone.e2e;

/** The official SDKs, in the encodings they speak. */
enum Sdk {
    JAVASCRIPT_JSON {
        @Override
        SdkClient open(String url, SdkOptions options) {
            return new ScriptedSdkClient(url, "json", options);
        }
    },
    JAVASCRIPT_PROTOBUF {
        @Override
        SdkClient open(String url, SdkOptions options) {
            return new ScriptedSdkClient(url, "protobuf", options);
        }
    },
    JAVA {
        @Override
        SdkClient open(String url, SdkOptions options) {
            return new JavaSdkClient(url, options);
        }
    };

    /** A client that is not connected yet. */
    abstract SdkClient open(String url, SdkOptions options);

    final SdkClient open(RelayProcess relay) {
        return open(relay.url(), SdkOptions.anonymous());
    }

    final SdkClient open(RelayProcess relay, SdkOptions options) {
        return open(relay.url(), options);
    }
}
