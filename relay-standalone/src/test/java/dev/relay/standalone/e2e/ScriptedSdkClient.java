package dev.relay.standalone.e2e;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A client of the JavaScript SDK, in a process of its own: {@code sdk.mjs}. */
final class ScriptedSdkClient extends SdkClient {
    private final @Nullable TokenSource tokens;
    private final NodeScript script;

    ScriptedSdkClient(String url, String encoding, SdkOptions options) {
        tokens = options.tokens();
        String made = Json.text(Map.of("token", options.token(), "asksForTokens", tokens != null));
        script = NodeScript.start("sdk.mjs", List.of(url, encoding, made), this::onEvent);
    }

    @Override
    void act(SdkAct... acts) {
        script.tell(Json.text(Stream.of(acts).map(SdkAct::message).toList()));
    }

    @Override
    public void close() {
        script.close();
    }

    @Override
    String described() {
        return script.toString();
    }

    private void onEvent(Map<String, Object> event) {
        Map<String, Object> fields = new LinkedHashMap<>(event);
        String name = String.valueOf(fields.remove("event"));
        happened(name, fields);
        if (name.equals("token wanted")) {
            act(answer(new SdkEvent(name, fields)));
        }
    }

    private SdkAct answer(SdkEvent wanted) {
        SdkAct answer = SdkAct.only("token").and("question", wanted.number("question"));
        if (tokens == null) {
            throw new IllegalStateException("asked for a token, but there is no back end");
        }
        // an if for each, not a switch over patterns: that is not Java 17
        TokenSource.Answer said = tokens.token(wanted.channel());
        if (said instanceof TokenSource.Answer.Token token) {
            return answer.and("token", token.text());
        }
        return answer.and("unauthorized", said instanceof TokenSource.Answer.Unauthorized);
    }
}
