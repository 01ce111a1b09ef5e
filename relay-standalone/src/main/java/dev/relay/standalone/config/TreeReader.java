package dev.relay.standalone.config;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.common.FlowStyle;
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.MappingStartEvent;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/**
 * Reads YAML, and JSON as the part of YAML it is. A small part of YAML on purpose: no anchors, aliases and tags, no name
 * given twice, no types guessed from the look of a scalar.
 */
final class TreeReader {
    private static final Pattern JSON_LITERAL =
            Pattern.compile("true|false|null|-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][+-]?[0-9]+)?");

    private final Iterator<Event> events;
    private final boolean json;

    private TreeReader(String text, boolean json) {
        LoadSettings settings = LoadSettings.builder().setUseMarks(true).build();
        this.events = new Parse(settings).parseString(text).iterator();
        this.json = json;
    }

    /** One YAML document; an empty one is {@link Tree.Nothing}. */
    static Tree yaml(String text) throws IllegalValueException {
        return read(text, false);
    }

    /** One JSON value: names and texts in double quotes, lists and objects in brackets. */
    static Tree json(String text) throws IllegalValueException {
        return read(text, true);
    }

    private static Tree read(String text, boolean json) throws IllegalValueException {
        try {
            return new TreeReader(text, json).document();
        } catch (YamlEngineException e) {
            throw new IllegalValueException("not well-formed " + (json ? "JSON: " : "YAML: ") + oneLine(e));
        }
    }

    private static String oneLine(YamlEngineException e) {
        return String.valueOf(e.getMessage()).strip().replaceAll("\\s*\\R\\s*", " ");
    }

    private Tree document() throws IllegalValueException {
        Tree tree = Tree.Nothing.INSTANCE;
        boolean found = false;
        while (events.hasNext()) {
            Event event = events.next();
            if (event instanceof NodeEvent node) {
                if (found) {
                    throw fault(event, "a second document; only one is read");
                }
                tree = node(node);
                found = true;
            }
        }
        return tree;
    }

    private Tree node(NodeEvent event) throws IllegalValueException {
        if (event.getAnchor().isPresent()) {
            throw fault(event, "anchors and aliases are not supported");
        }
        if (event instanceof ScalarEvent scalar) {
            return scalar(scalar);
        }
        CollectionStartEvent collection = (CollectionStartEvent) event;
        if (collection.getTag().isPresent()) {
            throw fault(event, "tags are not supported");
        }
        if (json && collection.getFlowStyle() != FlowStyle.FLOW) {
            throw fault(event, "not JSON: objects are written {…}, lists […]");
        }
        return event instanceof MappingStartEvent ? fields() : items();
    }

    private Tree scalar(ScalarEvent event) throws IllegalValueException {
        if (event.getTag().isPresent()) {
            throw fault(event, "tags are not supported");
        }
        String value = event.getValue();
        if (event.getScalarStyle() != ScalarStyle.PLAIN) {
            if (json && event.getScalarStyle() != ScalarStyle.DOUBLE_QUOTED) {
                throw fault(event, "not JSON: text is written in double quotes");
            }
            return new Tree.Text(value);
        }
        if (json && !JSON_LITERAL.matcher(value).matches()) {
            throw fault(event, "not JSON: names and text are written in double quotes");
        }
        return value.isEmpty() || value.equals("null") || value.equals("~")
                ? Tree.Nothing.INSTANCE
                : new Tree.Text(value);
    }

    private Tree items() throws IllegalValueException {
        List<Tree> items = new ArrayList<>();
        for (Event event = events.next(); event.getEventId() != Event.ID.SequenceEnd; event = events.next()) {
            items.add(node((NodeEvent) event));
        }
        return new Tree.Items(List.copyOf(items));
    }

    private Tree fields() throws IllegalValueException {
        Map<String, Tree> fields = new LinkedHashMap<>();
        for (Event event = events.next(); event.getEventId() != Event.ID.MappingEnd; event = events.next()) {
            if (!(event instanceof ScalarEvent name)) {
                throw fault(event, "a name must be plain text");
            }
            if (json && name.getScalarStyle() != ScalarStyle.DOUBLE_QUOTED) {
                throw fault(event, "not JSON: names are written in double quotes");
            }
            if (fields.put(name.getValue(), node((NodeEvent) events.next())) != null) {
                throw fault(event, "\"" + name.getValue() + "\" is given twice");
            }
        }
        return new Tree.Fields(fields);
    }

    private static IllegalValueException fault(Event event, String problem) {
        return new IllegalValueException(event.getStartMark()
                .map(mark -> "line " + (mark.getLine() + 1) + ", column " + (mark.getColumn() + 1) + ": " + problem)
                .orElse(problem));
    }
}
