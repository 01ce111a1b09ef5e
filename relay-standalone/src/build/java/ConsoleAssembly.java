import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;

/**
 * Puts the console together, in the build: follows the modules from {@code index.html}, gives each file a name with the hash
 * of its content, so that browsers may keep it for ever, and writes the imports accordingly. So there is no import map, which
 * would need an exception in the page's content security policy, and no bundler, which would need Node.
 *
 * <p>{@code java ConsoleAssembly.java <sources> <unpacked libraries> <into the jar> <for other hosts>}
 */
final class ConsoleAssembly {
    /** What a module may import by name: the library's folder, and the file that stands for the whole library. */
    private static final Map<String, List<String>> LIBRARIES = Map.of(
            "lit", List.of("_static/lit", "index.js"),
            "lit-html", List.of("_static/lit-html", "lit-html.js"),
            "lit-element", List.of("_static/lit-element", "index.js"),
            "@lit/reactive-element", List.of("_static/reactive-element", "reactive-element.js"),
            "uplot", List.of("webjars/uplot", "dist/uPlot.iife.min.js"));

    private static final Pattern IMPORT =
            Pattern.compile("(?<![\\w$.])((?:import|export)(?:[\\w\\s{},*$]*?\\bfrom|[\\s{*][\\w\\s{},*$]*?\\}?\\s*from)?\\s*)([\"'])([^\"'\\n]+)\\2");
    private static final Pattern REFERENCE = Pattern.compile("(src|href)=\"\\./([^\"]+)\"");
    private static final int WORTH_COMPRESSING = 512;

    private final Path sources;
    private final Path unpacked;
    private final Map<Path, String> named = new LinkedHashMap<>(); // finished files, dependencies first
    private final Set<Path> open = new LinkedHashSet<>();
    private final Map<String, byte[]> out = new LinkedHashMap<>();

    private ConsoleAssembly(Path sources, Path unpacked) {
        this.sources = sources.toAbsolutePath().normalize();
        this.unpacked = unpacked.toAbsolutePath().normalize().resolve("META-INF/resources");
    }

    public static void main(String[] arguments) throws Exception {
        ConsoleAssembly assembly = new ConsoleAssembly(Path.of(arguments[0]), Path.of(arguments[1]));
        assembly.page();
        assembly.writeForTheJar(Path.of(arguments[2]));
        assembly.writeForOthers(Path.of(arguments[3]));
    }

    private void page() throws Exception {
        String html = Files.readString(sources.resolve("index.html"));
        Matcher references = REFERENCE.matcher(html);
        StringBuilder page = new StringBuilder();
        while (references.find()) {
            String name = file(sources.resolve(references.group(2)));
            references.appendReplacement(page, references.group(1) + "=\"./" + name + "\"");
        }
        references.appendTail(page);
        StringBuilder preloads = new StringBuilder();
        for (String name : named.values()) {
            if (name.endsWith(".js")) {
                preloads.append("    <link rel=\"modulepreload\" href=\"./").append(name).append("\">\n");
            }
        }
        String whole = page.toString().replace("    <!-- preloads -->\n", preloads);
        out.put("index.html", whole.getBytes(StandardCharsets.UTF_8));
        out.put("config.json", Files.readAllBytes(sources.resolve("config.json")));
    }

    /** The name of the file in the output. */
    private String file(Path path) throws Exception {
        String known = named.get(path);
        if (known != null) {
            return known;
        }
        if (!open.add(path)) {
            throw new IllegalStateException("modules import each other in a circle: " + open);
        }
        byte[] content = path.toString().endsWith(".js") ? module(path) : Files.readAllBytes(path);
        String relative = (path.startsWith(sources) ? sources : unpacked).relativize(path).toString();
        int dot = relative.lastIndexOf('.');
        String stem = relative.substring(0, dot).replaceFirst("^(_static|webjars)/", "").replace('/', '-').replace('.', '-');
        String name = "assets/" + stem + "-" + hash(content) + relative.substring(dot);
        out.put(name, content);
        named.put(path, name);
        open.remove(path);
        return name;
    }

    private byte[] module(Path path) throws Exception {
        String text = Files.readString(path).replaceAll("(?m)^//# sourceMappingURL=.*$", "").stripTrailing() + "\n";
        if (path.startsWith(unpacked.resolve("webjars/uplot"))) {
            text += "export default uPlot;\n"; // made for a script element; as a module it keeps its name to itself
        }
        Matcher imports = IMPORT.matcher(text);
        StringBuilder module = new StringBuilder();
        while (imports.find()) {
            String name = file(resolved(path, imports.group(3)));
            String wanted = imports.group(1) + "\"./" + name.substring("assets/".length()) + "\"";
            imports.appendReplacement(module, Matcher.quoteReplacement(wanted));
        }
        imports.appendTail(module);
        return module.toString().getBytes(StandardCharsets.UTF_8);
    }

    private Path resolved(Path from, String specifier) throws IOException {
        if (specifier.startsWith(".")) {
            return existing(from.resolveSibling(specifier).normalize(), from, specifier);
        }
        for (Map.Entry<String, List<String>> library : LIBRARIES.entrySet()) {
            String name = library.getKey();
            Path folder = unpacked.resolve(library.getValue().get(0));
            if (specifier.equals(name)) {
                return existing(version(folder).resolve(library.getValue().get(1)), from, specifier);
            } else if (specifier.startsWith(name + "/")) {
                return existing(version(folder).resolve(specifier.substring(name.length() + 1)), from, specifier);
            }
        }
        throw new IllegalStateException(from + " imports " + specifier + ", which is no library of the console");
    }

    private static Path version(Path library) throws IOException {
        try (Stream<Path> versions = Files.list(library)) {
            List<Path> all = versions.toList();
            if (all.size() != 1) {
                throw new IllegalStateException("there is not one version of the library, but " + all + "; mvn clean");
            }
            return all.get(0);
        }
    }

    private static Path existing(Path path, Path from, String specifier) {
        if (!Files.isRegularFile(path)) {
            throw new IllegalStateException(from + " imports " + specifier + ", but there is no " + path);
        }
        return path;
    }

    private void writeForTheJar(Path folder) throws Exception {
        clear(folder);
        List<String> names = new ArrayList<>();
        for (Map.Entry<String, byte[]> file : out.entrySet()) {
            write(folder.resolve(file.getKey()), file.getValue());
            byte[] compressed = compressed(file.getValue());
            if (file.getValue().length >= WORTH_COMPRESSING && compressed.length < file.getValue().length) {
                write(folder.resolve(file.getKey() + ".gz"), compressed);
                names.add(file.getKey() + " gzip");
            } else {
                names.add(file.getKey());
            }
        }
        write(folder.resolve("files"), (String.join("\n", names) + "\n").getBytes(StandardCharsets.UTF_8));
    }

    /** Elsewhere the server's headers are not to be had: the page brings its policy itself, as far as a page can. */
    private void writeForOthers(Path folder) throws Exception {
        clear(folder);
        for (Map.Entry<String, byte[]> file : out.entrySet()) {
            write(folder.resolve(file.getKey()), file.getValue());
        }
        String page = new String(out.get("index.html"), StandardCharsets.UTF_8);
        String policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
                + "connect-src 'self' http: https: ws: wss:; base-uri 'none'; form-action 'none'; "
                + "require-trusted-types-for 'script'; trusted-types lit-html";
        String meta = "    <meta http-equiv=\"Content-Security-Policy\" content=\"" + policy + "\">\n";
        String charset = "    <meta charset=\"utf-8\">\n";
        if (!page.contains(charset)) {
            throw new IllegalStateException("index.html has no line " + charset);
        }
        write(folder.resolve("index.html"), page.replace(charset, charset + meta).getBytes(StandardCharsets.UTF_8));
        int[] sizes = new int[2];
        for (byte[] content : out.values()) {
            sizes[0] += content.length;
            sizes[1] += compressed(content).length;
        }
        System.out.printf("console: %d files, %d bytes, %d compressed%n", out.size(), sizes[0], sizes[1]);
    }

    private static void write(Path path, byte[] content) throws IOException {
        Files.createDirectories(path.getParent());
        Files.write(path, content);
    }

    private static void clear(Path folder) throws IOException {
        if (Files.isDirectory(folder)) {
            try (Stream<Path> tree = Files.walk(folder)) {
                for (Path path : tree.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(path);
                }
            }
        }
    }

    private static byte[] compressed(byte[] content) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(bytes) {
            {
                def.setLevel(9);
            }
        }) {
            gzip.write(content);
        }
        return bytes.toByteArray();
    }

    private static String hash(byte[] content) throws Exception {
        byte[] digest = MessageDigest.getInstance("SHA-256").digest(content);
        return HexFormat.of().formatHex(digest, 0, 5);
    }
}
