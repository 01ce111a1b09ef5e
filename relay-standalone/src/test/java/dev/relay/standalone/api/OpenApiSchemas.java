package dev.relay.standalone.api;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * As much of JSON Schema as the description of the API uses, and stricter: an answer may have no member that is not
 * described. A keyword it does not know is an error, so that nothing in the description is taken for checked that is not.
 */
public final class OpenApiSchemas {
    private static final Set<String> TOLD_ONLY = Set.of("description", "contentEncoding");

    private final Map<String, Object> document;
    private final List<String> faults = new ArrayList<>();

    private OpenApiSchemas(Map<String, Object> document) {
        this.document = document;
    }

    /** What is wrong with a value; empty if nothing is. */
    public static List<String> faults(Map<String, Object> document, @Nullable Object schema, @Nullable Object value) {
        OpenApiSchemas check = new OpenApiSchemas(document);
        check.check(object(schema), value, "$");
        return check.faults;
    }

    /** What a reference within the document points to. */
    public static Map<String, Object> resolve(Map<String, Object> document, Object reference) {
        Object at = document;
        for (String step : reference.toString().substring("#/".length()).split("/")) {
            at = object(at).get(step);
            if (at == null) {
                throw new AssertionError(reference + " points to nothing");
            }
        }
        return object(at);
    }

    @SuppressWarnings("unchecked")
    public static Map<String, Object> object(@Nullable Object value) {
        if (value instanceof Map<?, ?> map) {
            return (Map<String, Object>) map;
        }
        throw new AssertionError("not an object: " + value);
    }

    private void check(Map<String, Object> schema, @Nullable Object value, String at) {
        schema.forEach((keyword, rule) -> {
            if (!TOLD_ONLY.contains(keyword)) {
                check(keyword, rule, schema, value, at);
            }
        });
    }

    private void check(String keyword, Object rule, Map<String, Object> schema, @Nullable Object value, String at) {
        switch (keyword) {
            case "$ref" -> check(resolve(document, rule), value, at);
            case "oneOf" -> oneOf((List<?>) rule, value, at);
            case "enum" -> require(((List<?>) rule).contains(value), at, "is not one of " + rule);
            case "type" -> require(isA(rule.toString(), value), at, "is no " + rule + ": " + value);
            case "minimum" -> require(number(value).compareTo(number(rule)) >= 0, at, "is less than " + rule);
            case "maximum" -> require(number(value).compareTo(number(rule)) <= 0, at, "is more than " + rule);
            case "minLength" -> require(length(value) >= number(rule).intValue(), at, "is too short");
            case "maxLength" -> require(length(value) <= number(rule).intValue(), at, "is too long");
            case "minItems" -> require(list(value).size() >= number(rule).intValue(), at, "has too few");
            case "maxItems" -> require(list(value).size() <= number(rule).intValue(), at, "has too many");
            case "minProperties" ->
                require(members(value).size() >= number(rule).intValue(), at, "has too few");
            case "maxProperties" ->
                require(members(value).size() <= number(rule).intValue(), at, "has too many");
            case "required" -> require(members(value).keySet().containsAll((List<?>) rule), at, "lacks one of " + rule);
            case "items" -> {
                for (Object item : list(value)) {
                    check(object(rule), item, at + "[]");
                }
            }
            case "properties" ->
                members(value).forEach((name, member) -> {
                    Object described = object(rule).get(name);
                    if (described != null) {
                        check(object(described), member, at + "." + name);
                    } else {
                        require(schema.containsKey("additionalProperties"), at, "has an undescribed member " + name);
                    }
                });
            case "additionalProperties" ->
                members(value).forEach((name, member) -> check(object(rule), member, at + "." + name));
            default -> throw new AssertionError("unknown keyword " + keyword);
        }
    }

    private void oneOf(List<?> schemas, @Nullable Object value, String at) {
        List<List<String>> all =
                schemas.stream().map(schema -> faults(document, schema, value)).toList();
        require(all.stream().filter(List::isEmpty).count() == 1, at, "is not one of several: " + all);
    }

    private void require(boolean holds, String at, String fault) {
        if (!holds) {
            faults.add(at + " " + fault);
        }
    }

    private static List<?> list(@Nullable Object value) {
        return value instanceof List<?> list ? list : List.of();
    }

    private static Map<String, Object> members(@Nullable Object value) {
        return value instanceof Map ? object(value) : Map.of();
    }

    private static BigDecimal number(@Nullable Object value) {
        return value instanceof BigDecimal number ? number : BigDecimal.ZERO;
    }

    private static int length(@Nullable Object value) {
        return value instanceof String text ? text.length() : 0;
    }

    private static boolean isA(String type, @Nullable Object value) {
        return switch (type) {
            case "object" -> value instanceof Map;
            case "array" -> value instanceof List;
            case "string" -> value instanceof String;
            case "boolean" -> value instanceof Boolean;
            case "number" -> value instanceof BigDecimal;
            case "integer" -> value instanceof BigDecimal number && number.scale() <= 0;
            default -> throw new AssertionError("unknown type " + type);
        };
    }
}
