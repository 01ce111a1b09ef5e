package dev.relay.standalone.console;

import dev.relay.ChannelOptions;
import dev.relay.standalone.api.JsonOutput;
import dev.relay.standalone.config.ChannelOptionsWriter;
import dev.relay.standalone.config.Configuration;
import dev.relay.standalone.config.Option;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** How Relay is configured, for people; secrets are not in it. Stateless. */
final class ConfigurationView {
    private ConfigurationView() {}

    private record Namespace(String name, ChannelOptions options) {}

    static byte[] of(Configuration configuration) {
        List<Namespace> namespaces = new ArrayList<>();
        namespaces.add(new Namespace("", configuration.channelDefaults()));
        configuration.namespaces().entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .forEach(one -> namespaces.add(new Namespace(one.getKey(), one.getValue())));
        return JsonOutput.document(out -> out.beginObject()
                .list("options", Option.all(), (each, option) -> write(each, option, configuration))
                .list("namespaces", namespaces, ConfigurationView::write)
                .endObject());
    }

    private static void write(JsonOutput out, Option<?> option, Configuration configuration) {
        out.beginObject()
                .text("name", option.key())
                .text("group", option.group().title())
                .text("value", configuration.shown(option))
                .flag("default", !configuration.isGiven(option))
                .flag("secret", option.secret())
                .text("summary", option.help())
                .endObject();
    }

    private static void write(JsonOutput out, Namespace namespace) {
        out.beginObject().text("name", namespace.name());
        ChannelOptionsWriter.written(namespace.options()).forEach((name, value) -> {
            if (value instanceof Boolean flag) {
                out.flag(name, flag);
            } else if (value instanceof Long number) {
                out.number(name, number);
            } else if (value instanceof List<?> texts) {
                out.list(name, texts, (each, text) -> each.element(String.valueOf(text)));
            } else {
                out.text(name, String.valueOf(value));
            }
        });
        out.endObject();
    }
}
