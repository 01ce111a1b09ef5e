package dev.relay.jdbc;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URLDecoder;
import java.util.List;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * {@code jdbc:mysql://[user[:password]@]host[:port][,host…]/database[?option=value&…]}, taken apart: the address that
 * reaches the driver, and with it perhaps a log, holds no options and so no secrets.
 */
final class MysqlUrl {
    static final String PREFIX = "jdbc:mysql://";
    private static final Pattern FORM = Pattern.compile("(?:([^@/?]*)@)?([^@/?()]+)/([^/?()]+)(?:\\?(.*))?");

    private final String hosts;
    private final String database;
    private final Properties properties;

    private MysqlUrl(String hosts, String database, Properties properties) {
        this.hosts = hosts;
        this.database = database;
        this.properties = properties;
    }

    /** Returns the URL, or {@code null} after adding what is wrong with it. */
    static @Nullable MysqlUrl parse(String url, @Nullable String user, @Nullable String password, List<String> faults) {
        Matcher matcher = FORM.matcher(url.substring(PREFIX.length()));
        Properties properties = new Properties();
        if (!matcher.matches()) {
            faults.add("url: must be " + PREFIX + "host:port/database?option=value&..., but is not");
            return null;
        }
        try {
            String login = matcher.group(1);
            if (login != null) {
                int colon = login.indexOf(':');
                put(properties, "user", colon < 0 ? login : login.substring(0, colon));
                if (colon >= 0) {
                    put(properties, "password", login.substring(colon + 1));
                }
            }
            String query = matcher.group(4);
            if (query != null) {
                for (String option : query.split("&", -1)) {
                    int equals = option.indexOf('=');
                    if (equals > 0) {
                        put(properties, decode(option.substring(0, equals)), option.substring(equals + 1));
                    }
                }
            }
        } catch (IllegalArgumentException e) {
            faults.add("url: percent signs must begin an escape such as %25"); // the message would quote a secret
            return null;
        }
        if (user != null) {
            properties.setProperty("user", user);
        }
        if (password != null) {
            properties.setProperty("password", password);
        }
        return new MysqlUrl(matcher.group(2), decode(matcher.group(3)), properties);
    }

    private static void put(Properties properties, String name, String encoded) {
        properties.setProperty(name, decode(encoded));
    }

    private static String decode(String encoded) {
        return URLDecoder.decode(encoded, UTF_8);
    }

    /** What the driver is given. */
    String address() {
        return PREFIX + hosts + "/" + database;
    }

    String hosts() {
        return hosts;
    }

    String database() {
        return database;
    }

    /** User, password and the options that were in the URL; these win over Relay's own. */
    Properties properties() {
        return properties;
    }
}
