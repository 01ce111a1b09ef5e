package dev.relay.websocket;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The extensions that a client offers, first choice first (RFC 6455 9.1), and which of them Relay takes. Immutable. */
final class ExtensionOffers {
    /** What Relay always promises, and always asks for: no message needs another to be read. */
    private static final String DEFLATE = "permessage-deflate; server_no_context_takeover; client_no_context_takeover";

    /** The one window that {@link java.util.zip.Deflater} has, as a power of two. */
    private static final String WINDOW_BITS = "15";

    private record Offer(String name, List<Parameter> parameters) {}

    private record Parameter(String name, @Nullable String value) {}

    private final List<Offer> offers;

    private ExtensionOffers(List<Offer> offers) {
        this.offers = offers;
    }

    /** Reads the value of the field, {@code ""} for none; {@code null} if it is not well-formed. */
    static @Nullable ExtensionOffers parse(String field) {
        List<Offer> offers = new Reader(field).offers();
        return offers == null ? null : new ExtensionOffers(offers);
    }

    /** The answer that takes the first offer of permessage-deflate which can be met; {@code ""} if there is none. */
    String deflate() {
        for (Offer offer : offers) {
            String answer = offer.name().equals("permessage-deflate") ? answer(offer) : "";
            if (!answer.isEmpty()) {
                return answer;
            }
        }
        return "";
    }

    /** RFC 7692 7.1: what is unknown, given twice or given an illegal value makes the offer one to be declined. */
    private static String answer(Offer offer) {
        Set<String> seen = new HashSet<>();
        String answer = DEFLATE;
        for (Parameter parameter : offer.parameters()) {
            String value = parameter.value();
            boolean good =
                    switch (parameter.name()) {
                        case "server_no_context_takeover", "client_no_context_takeover" -> value == null;
                        // any window of the client's fits into ours, so the answer need not come back to it
                        case "client_max_window_bits" -> value == null || isWindowBits(value);
                        case "server_max_window_bits" -> WINDOW_BITS.equals(value);
                        default -> false;
                    };
            if (!good || !seen.add(parameter.name())) {
                return "";
            }
            if (parameter.name().equals("server_max_window_bits")) {
                answer += "; server_max_window_bits=" + WINDOW_BITS;
            }
        }
        return answer;
    }

    private static boolean isWindowBits(String value) {
        return switch (value) {
            case "8", "9", "10", "11", "12", "13", "14", "15" -> true;
            default -> false;
        };
    }

    /** Reads a list of extensions; one call of {@link #offers()}. */
    private static final class Reader {
        private final String text;
        private int at;

        Reader(String text) {
            this.text = text;
        }

        @Nullable
        List<Offer> offers() {
            List<Offer> offers = new ArrayList<>();
            do {
                if (peek() == ',' || peek() == END) {
                    continue; // an empty element of a list counts for nothing
                }
                Offer offer = offer();
                if (offer == null || (peek() != ',' && peek() != END)) {
                    return null;
                }
                offers.add(offer);
            } while (skip(','));
            return offers;
        }

        private @Nullable Offer offer() {
            String name = token();
            List<Parameter> parameters = new ArrayList<>();
            boolean good = !name.isEmpty();
            while (good && skip(';')) {
                Parameter parameter = parameter();
                good = parameter != null && parameters.add(parameter);
            }
            return good ? new Offer(name, parameters) : null;
        }

        private @Nullable Parameter parameter() {
            String name = token();
            if (name.isEmpty()) {
                return null;
            }
            if (!skip('=')) {
                return new Parameter(name, null);
            }
            String value = peek() == '"' ? quoted() : token();
            return value.isEmpty() ? null : new Parameter(name, value);
        }

        /** The next token; {@code ""} if there is none. */
        private String token() {
            peek();
            int from = at;
            while (at < text.length() && Handshake.isTokenCharacter(text.charAt(at))) {
                at++;
            }
            return text.substring(from, at);
        }

        /** A quoted string, which must spell a token; {@code ""} if it does not. */
        private String quoted() {
            StringBuilder value = new StringBuilder();
            at++;
            while (at < text.length() && text.charAt(at) != '"') {
                if (text.charAt(at) == '\\') {
                    at++;
                }
                if (at == text.length() || !Handshake.isTokenCharacter(text.charAt(at))) {
                    return "";
                }
                value.append(text.charAt(at++));
            }
            return skip('"') ? value.toString() : "";
        }

        private static final char END = '\0';

        /** The next character that is no white space. */
        private char peek() {
            while (at < text.length() && (text.charAt(at) == ' ' || text.charAt(at) == '\t')) {
                at++;
            }
            return at == text.length() ? END : text.charAt(at);
        }

        private boolean skip(char expected) {
            boolean there = peek() == expected;
            if (there) {
                at++;
            }
            return there;
        }
    }
}
