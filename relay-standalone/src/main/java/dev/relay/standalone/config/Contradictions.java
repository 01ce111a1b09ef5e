package dev.relay.standalone.config;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** Finds values that are legal one by one and do not go together. */
final class Contradictions {
    private static final Pattern LOOPBACK =
            Pattern.compile("localhost|127(\\.[0-9]{1,3}){3}|\\[?(::1|0:0:0:0:0:0:0:1)]?");

    private final Map<Option<?>, Given> given;
    private final Map<Option<?>, Object> values;
    private final Faults faults;

    /**
     * Looks at what has been read.
     *
     * @param given everything written, legal or not, so that one illegal value is not reported twice
     * @param values what is legal of it, and defaults
     */
    Contradictions(Map<Option<?>, Given> given, Map<Option<?>, Object> values, Faults faults) {
        this.given = given;
        this.values = values;
        this.faults = faults;
    }

    /** Adds a fault for each. */
    void find(Set<String> namespaces) {
        ports();
        pings();
        outboxes();
        database();
        openHost();
        proxies();
        tls();
        tokens(Option.CONNECTION_TOKENS);
        tokens(Option.SUBSCRIPTION_TOKENS);
        personalChannels(namespaces);
        console();
    }

    private void console() {
        if (Boolean.FALSE.equals(values.get(Option.CONSOLE))) {
            for (Option<?> option : List.of(Option.VIEWER_PASSWORD, Option.CONSOLE_ORIGINS, Option.CONSOLE_ENDPOINT)) {
                if (isGiven(option)) {
                    add(option, "has no use with console: false");
                }
            }
            return;
        }
        needs(Option.VIEWER_PASSWORD, Option.ADMIN_PASSWORD);
        if (values.get(Option.VIEWER_PASSWORD) instanceof String viewer
                && viewer.equals(values.get(Option.ADMIN_PASSWORD))) {
            add(Option.VIEWER_PASSWORD, "is also the admin_password; who enters it could not be told apart");
        }
    }

    private void ports() {
        Object port = values.get(Option.PORT);
        if (port instanceof Integer number && number > 0 && number.equals(values.get(Option.HTTP_PORT))) {
            add(Option.HTTP_PORT, "is also the port; each needs one of its own");
        }
    }

    private void pings() {
        if (values.get(Option.PING_INTERVAL) instanceof Duration interval) {
            if (interval.toMillis() % 1000 != 0) {
                add(Option.PING_INTERVAL, "must be whole seconds: clients are told so");
            }
            if (values.get(Option.PONG_TIMEOUT) instanceof Duration timeout
                    && !interval.isZero()
                    && timeout.compareTo(interval) >= 0) {
                add(
                        isGiven(Option.PONG_TIMEOUT) ? Option.PONG_TIMEOUT : Option.PING_INTERVAL,
                        "does not fit: pong_timeout must be shorter than ping_interval");
            }
        }
    }

    private void outboxes() {
        if (values.get(Option.CLIENT_OUTBOX_BUDGET) instanceof Long budget
                && values.get(Option.CLIENT_OUTBOX_SIZE) instanceof Integer size
                && budget < size) {
            add(Option.CLIENT_OUTBOX_BUDGET, "is less than client_outbox_size, which one client alone may take");
        }
    }

    private void database() {
        boolean embedded = !isGiven(Option.DATABASE_URL)
                || values.get(Option.DATABASE_URL) instanceof String url && url.startsWith("jdbc:sqlite:");
        for (Option<?> option : List.of(Option.DATABASE_USER, Option.DATABASE_PASSWORD)) {
            if (embedded && isGiven(option)) {
                add(option, "has no use with SQLite; set database_url to jdbc:mysql://… or leave it out");
            }
        }
        for (Option<?> option : List.of(Option.SPOOL, Option.SPOOL_MAX_SIZE)) {
            if (embedded && isGiven(option)) {
                add(
                        option,
                        "has no use with SQLite, whose file is on the same disk; set database_url to jdbc:mysql://…");
            }
        }
        if (isGiven(Option.SPOOL_MAX_SIZE) && Boolean.FALSE.equals(values.get(Option.SPOOL))) {
            add(Option.SPOOL_MAX_SIZE, "has no use with spool: false");
        }
        if (isGiven(Option.DATABASE_PASSWORD) && !isGiven(Option.DATABASE_USER) && !embedded) {
            add(Option.DATABASE_PASSWORD, "needs database_user");
        }
    }

    private void openHost() {
        if (!Configuration.hasKey(given)
                && !Boolean.TRUE.equals(values.get(Option.INSECURE))
                && values.get(Option.HOST) instanceof String host
                && !LOOPBACK.matcher(host).matches()) {
            add(
                    Option.HOST,
                    "is open to others, but no key is configured, so that everyone may do anything; set token_hmac_secret, or "
                            + "insecure: true if that is meant");
        }
    }

    private void proxies() {
        if (Boolean.TRUE.equals(values.get(Option.PROXY_PROTOCOL)) && !isGiven(Option.TRUSTED_PROXIES)) {
            add(Option.PROXY_PROTOCOL, "has no use without trusted_proxies: nobody would be asked for the header");
        }
    }

    private void tls() {
        needs(Option.TLS_CERTIFICATE, Option.TLS_KEY);
        needs(Option.TLS_KEY, Option.TLS_CERTIFICATE);
        needs(Option.TLS_KEYSTORE, Option.TLS_KEYSTORE_PASSWORD);
        needs(Option.TLS_KEYSTORE_PASSWORD, Option.TLS_KEYSTORE);
        boolean pem = isGiven(Option.TLS_CERTIFICATE) || isGiven(Option.TLS_KEY);
        if (isGiven(Option.TLS_KEYSTORE) && pem) {
            add(Option.TLS_KEYSTORE, "does not go together with tls_certificate and tls_key; give one or the others");
        } else if (isGiven(Option.TLS_PUBLIC_NAME) && !isGiven(Option.TLS_KEYSTORE) && !pem) {
            add(Option.TLS_PUBLIC_NAME, "has no use without TLS; set tls_certificate and tls_key, or tls_keystore");
        }
    }

    private void tokens(TokenOptions tokens) {
        if (tokens.keys().stream().noneMatch(this::isGiven)) {
            for (Option<?> option : tokens.details()) {
                if (isGiven(option)) {
                    add(
                            option,
                            "has no use without a key; set " + tokens.hmacSecret() + ", " + tokens.rsaPublicKey() + ", "
                                    + tokens.ecdsaPublicKey() + " or " + tokens.jwksUrl());
                }
            }
            return;
        }
        needs(tokens.hmacSecretPrevious(), tokens.hmacSecret());
        needs(tokens.hmacSecretPrevious(), tokens.hmacSecretPreviousUntil());
        needs(tokens.hmacSecretPreviousUntil(), tokens.hmacSecretPrevious());
    }

    private void personalChannels(Set<String> namespaces) {
        if (!Boolean.TRUE.equals(values.get(Option.PERSONAL_CHANNEL)) && isGiven(Option.PERSONAL_CHANNEL_NAMESPACE)) {
            add(Option.PERSONAL_CHANNEL_NAMESPACE, "has no use without personal_channel: true");
        } else if (values.get(Option.PERSONAL_CHANNEL_NAMESPACE) instanceof String name && !namespaces.contains(name)) {
            add(Option.PERSONAL_CHANNEL_NAMESPACE, "is not configured; add it to namespaces");
        }
    }

    private void needs(Option<?> option, Option<?> other) {
        if (isGiven(option) && !isGiven(other)) {
            add(option, "needs " + other);
        }
    }

    private boolean isGiven(Option<?> option) {
        return given.containsKey(option);
    }

    private void add(Option<?> option, String problem) {
        Given written = given.get(option);
        faults.add(option, written != null ? written : fallback(option), problem);
    }

    private static Given fallback(Option<?> option) {
        return new Given("default", new Tree.Text(String.valueOf(option.defaultText())));
    }
}
