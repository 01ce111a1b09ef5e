package dev.relay.standalone;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.relay.InvalidConfigurationException;
import dev.relay.Payload;
import dev.relay.standalone.config.Configuration;
import dev.relay.standalone.config.ConfigurationReader;
import dev.relay.standalone.config.Option;
import dev.relay.standalone.config.TokenArguments;
import dev.relay.standalone.config.TokenArguments.Flag;
import dev.relay.standalone.config.TokenOptions;
import dev.relay.websocket.JsonPayloads;
import java.io.PrintStream;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * The subcommand {@code token}: prints a token signed with the configured secret. For trying things out and for scripts of
 * an operator; an application makes its tokens itself.
 */
final class TokenCommand {
    static final String NAME = "token";

    private static final int MAX_TOKEN_LENGTH = 16 * 1024;
    private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

    private final Map<String, String> environment;
    private final Path directory;
    private final InstantSource clock;

    TokenCommand(Map<String, String> environment, Path directory, InstantSource clock) {
        this.environment = environment;
        this.directory = directory;
        this.clock = clock;
    }

    /** Prints the token and nothing else, or the help text, on {@code out}; faults on {@code err}. */
    ExitCode run(String[] words, PrintStream out, PrintStream err) {
        TokenArguments arguments = TokenArguments.parse(words);
        if (arguments.options().help()) {
            out.print(HelpText.ofToken());
            return ExitCode.CLEAN;
        }
        try {
            out.println(token(arguments));
            return ExitCode.CLEAN;
        } catch (InvalidConfigurationException e) {
            err.println("relay: no token made, there "
                    + (e.faults().size() == 1
                            ? "is a fault:"
                            : "are " + e.faults().size() + " faults:"));
            e.faults().forEach(fault -> err.println("  " + fault));
            err.println("token --help lists what it takes.");
            return ExitCode.MISCONFIGURED;
        }
    }

    private String token(TokenArguments arguments) {
        List<String> faults = new ArrayList<>(arguments.faults());
        Configuration configuration;
        try {
            configuration = ConfigurationReader.read(arguments.options(), environment, directory);
        } catch (InvalidConfigurationException e) {
            faults.addAll(e.faults());
            throw new InvalidConfigurationException(faults);
        }
        TokenOptions options = options(configuration, arguments);
        String secret = configuration.find(options.hmacSecret());
        if (secret == null) {
            faults.add("no " + options.hmacSecret() + " is configured; set "
                    + options.hmacSecret().variable() + " or "
                    + options.hmacSecret().fileVariable() + ", or name a file with --config");
        }
        String claims = claims(arguments, configuration, options, faults);
        if (secret == null || !faults.isEmpty()) {
            throw new InvalidConfigurationException(faults);
        }
        return signed(arguments.algorithm(), claims, secret);
    }

    /** Subscription tokens have secrets of their own if any key is given for them. */
    private static TokenOptions options(Configuration configuration, TokenArguments arguments) {
        return arguments.find(Flag.CHANNEL) != null && configuration.subscriptionTrust() != null
                ? Option.SUBSCRIPTION_TOKENS
                : Option.CONNECTION_TOKENS;
    }

    private String claims(
            TokenArguments arguments, Configuration configuration, TokenOptions options, List<String> faults) {
        Instant now = clock.instant();
        List<String> claims = new ArrayList<>();
        add(claims, configuration.get(options.userClaim()), quoted(arguments.find(Flag.USER)));
        add(claims, "iat", Long.toString(now.getEpochSecond()));
        if (!arguments.ttl().isZero()) {
            add(claims, "exp", Long.toString(now.plus(arguments.ttl()).getEpochSecond()));
        }
        add(claims, "iss", quoted(configuration.find(options.issuer())));
        add(claims, "aud", quoted(configuration.find(options.audience())));
        add(claims, "channel", quoted(arguments.find(Flag.CHANNEL)));
        add(claims, "client", quoted(arguments.find(Flag.CLIENT)));
        String channels = arguments.find(Flag.CHANNELS);
        add(
                claims,
                "channels",
                channels == null
                        ? null
                        : Arrays.stream(channels.split(","))
                                .map(channel -> quoted(channel.strip()))
                                .collect(Collectors.joining(",", "[", "]")));
        add(claims, "info", json(arguments, Flag.INFO, faults));
        add(claims, "data", json(arguments, Flag.DATA, faults));
        add(claims, "meta", json(arguments, Flag.META, faults));
        return claims.stream().collect(Collectors.joining(",", "{", "}"));
    }

    private static void add(List<String> claims, String name, @Nullable String json) {
        if (json != null) {
            claims.add(quoted(name) + ":" + json);
        }
    }

    private static @Nullable String json(TokenArguments arguments, Flag flag, List<String> faults) {
        String written = arguments.find(flag);
        if (written == null) {
            return null;
        }
        Payload verified = JsonPayloads.verifier().verify(Payload.of(written));
        if (verified == null) {
            faults.add(flag.flag() + " = \"" + written + "\" is not JSON; text is written '\"text\"', for the shell");
            return null;
        }
        return verified.text();
    }

    private static @Nullable String quoted(@Nullable String text) {
        if (text == null) {
            return null;
        }
        StringBuilder json = new StringBuilder("\"");
        text.chars().forEach(c -> {
            if (c == '"' || c == '\\') {
                json.append('\\').append((char) c);
            } else if (c < ' ') {
                json.append(String.format("\\u%04x", c));
            } else {
                json.append((char) c);
            }
        });
        return json.append('"').toString();
    }

    private static String signed(TokenArguments.Algorithm algorithm, String claims, String secret) {
        String header = "{\"alg\":\"" + algorithm + "\",\"typ\":\"JWT\"}";
        String input =
                BASE64.encodeToString(header.getBytes(UTF_8)) + "." + BASE64.encodeToString(claims.getBytes(UTF_8));
        try {
            Mac mac = Mac.getInstance(algorithm.mac());
            mac.init(new SecretKeySpec(secret.getBytes(UTF_8), algorithm.mac()));
            String token = input + "." + BASE64.encodeToString(mac.doFinal(input.getBytes(UTF_8)));
            if (token.length() > MAX_TOKEN_LENGTH) {
                throw new InvalidConfigurationException(List.of("the token has " + token.length()
                        + " characters; Relay " + "takes " + MAX_TOKEN_LENGTH + " at most, so leave something out"));
            }
            return token;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e); // every JDK has these
        }
    }
}
