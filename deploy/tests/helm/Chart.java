import com.marcnuri.helm.Helm;
import com.marcnuri.helm.LintResult;
import com.marcnuri.helm.TemplateCommand;
import java.nio.file.Path;

/** {@code lint <chart> <values>} or {@code template <chart> <values> [key=value…]}: what the program helm would do. */
final class Chart {
    public static void main(String... args) {
        Path chart = Path.of(args[1]);
        if (args[0].equals("lint")) {
            LintResult result = new Helm(chart).lint().strict().call();
            result.getMessages().forEach(System.err::println);
            System.exit(result.isFailed() ? 1 : 0);
        }
        TemplateCommand template = new Helm(chart).template().withName("relay").withKubeVersion(System.getProperty("kubernetes", "1.33.0"));
        if (!args[2].isEmpty()) {
            template.withValuesFile(Path.of(args[2]));
        }
        for (int i = 3; i < args.length; i++) {
            int equals = args[i].indexOf('=');
            template.set(args[i].substring(0, equals), args[i].substring(equals + 1));
        }
        try {
            System.out.print(template.call());
        } catch (IllegalStateException e) {
            System.err.println(e.getMessage());
            System.exit(1);
        }
    }
}
