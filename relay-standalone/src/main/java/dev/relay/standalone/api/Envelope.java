package dev.relay.standalone.api;

/** The forms that an answer takes. Stateless. */
final class Envelope {
    private static final String RESULT = "result";

    private Envelope() {}

    /** {@code {"result":{…}}}, or {@code {"error":{…}}}. */
    static void write(JsonOutput out, Answer answer) {
        write(out, RESULT, answer);
    }

    /** The same with another name for the result. */
    static void write(JsonOutput out, String name, Answer answer) {
        member(out.beginObject(), name, answer);
        out.endObject();
    }

    /** The same with the id of the request before it, unless that is 0. */
    static void write(JsonOutput out, long id, Answer answer) {
        out.beginObject();
        if (id != 0) {
            out.number("id", id);
        }
        member(out, RESULT, answer);
        out.endObject();
    }

    private static void member(JsonOutput out, String name, Answer answer) {
        if (answer instanceof Answer.Result result) {
            result.write(out.name(name));
        } else if (answer instanceof Answer.Failed failed) {
            failed.error().write(out.name("error"));
        }
    }
}
