package dev.relay.standalone.api;

/** Reads the request of one method. Stateless. */
@FunctionalInterface
interface Operation {
    /**
     * Reads everything that the method knows, then looks whether it makes sense, and does nothing yet.
     *
     * @throws MalformedRequestException if a field has the wrong type
     * @throws RefusedRequestException if a value makes no sense
     */
    Call read(JsonObject request);

    /** The same, where a value that makes no sense is the answer. */
    default Call readOrRefuse(JsonObject request) {
        try {
            return read(request);
        } catch (RefusedRequestException e) {
            return Call.failed(e.error().because(e.getMessage()));
        }
    }
}
