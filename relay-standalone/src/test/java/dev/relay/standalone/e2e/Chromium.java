package dev.relay.standalone.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.logging.Level;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;
import org.openqa.selenium.By;
import org.openqa.selenium.NotFoundException;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.StaleElementReferenceException;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;

/** A Chromium without a window, as Debian has it; where there is none the test is reported skipped. */
final class Chromium implements AutoCloseable {
    static final Duration PATIENCE = Duration.ofSeconds(60);

    private static final @Nullable String AXE = axe();

    private final ChromeDriver driver;

    private Chromium(ChromeDriver driver) {
        this.driver = driver;
    }

    static Chromium started() {
        Path browser = program("chromium", "chromium-browser", "google-chrome");
        Path server = program("chromedriver");
        Assumptions.assumeTrue(
                browser != null && server != null,
                "needs chromium and chromedriver on the path (Debian: chromium, chromium-driver)");
        ChromeOptions options = new ChromeOptions();
        options.setBinary(Objects.requireNonNull(browser).toFile());
        options.addArguments(
                "--headless=new",
                "--no-sandbox", // the tests may run as root
                "--disable-dev-shm-usage",
                "--disable-background-networking",
                "--window-size=1440,900");
        LoggingPreferences logs = new LoggingPreferences();
        logs.enable(LogType.BROWSER, Level.ALL);
        options.setCapability(ChromeOptions.LOGGING_PREFS, logs);
        ChromeDriverService service = new ChromeDriverService.Builder()
                .usingDriverExecutable(Objects.requireNonNull(server).toFile())
                .usingAnyFreePort()
                .build();
        ChromeDriver driver = new ChromeDriver(service, options);
        driver.manage().timeouts().scriptTimeout(PATIENCE).pageLoadTimeout(PATIENCE);
        return new Chromium(driver);
    }

    private static @Nullable Path program(String... names) {
        String path = Objects.requireNonNullElse(System.getenv("PATH"), "");
        return Arrays.stream(names)
                .flatMap(name -> Arrays.stream(path.split(":", -1))
                        .map(folder -> Path.of(folder.isEmpty() ? "." : folder, name)))
                .filter(Files::isExecutable)
                .findFirst()
                .orElse(null);
    }

    /** What the page is shown on: a width and a height in CSS pixels, and {@code "dark"} or {@code "light"}. */
    void screen(int width, int height, String theme) {
        driver.executeCdpCommand(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", width < 600));
        driver.executeCdpCommand(
                "Emulation.setEmulatedMedia",
                Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", theme))));
    }

    /** Opens an address from scratch. */
    void open(String url) {
        driver.get("about:blank");
        driver.get(url);
    }

    /** The first element that is there and matches, once there is one. */
    WebElement element(String css) {
        return element(css, element -> true, "");
    }

    /** The first one with this in its text. */
    WebElement element(String css, String text) {
        return element(css, element -> element.getText().contains(text), " with " + text);
    }

    private WebElement element(String css, Predicate<WebElement> wanted, String what) {
        WebElement[] found = new WebElement[1];
        await("there is " + css + what, () -> {
            for (WebElement element : driver.findElements(By.cssSelector(css))) {
                if (wanted.test(element)) {
                    found[0] = element;
                    return true;
                }
            }
            return false;
        });
        return Objects.requireNonNull(found[0]);
    }

    /** Clicks it, however often the page replaces it meanwhile. */
    void click(String css) {
        await("one can click " + css, () -> {
            element(css).click();
            return true;
        });
    }

    void type(String css, String text) {
        WebElement field = element(css);
        field.clear();
        field.sendKeys(text);
    }

    /** The texts of all elements that match, now. */
    List<String> texts(String css) {
        Object texts = run("return [...document.querySelectorAll(arguments[0])].map(e => e.textContent.trim())", css);
        List<String> all = new ArrayList<>();
        ((List<?>) Objects.requireNonNull(texts)).forEach(each -> all.add(String.valueOf(each)));
        return all;
    }

    /** Waits for something on the page; what is on the page meanwhile may change under one's hands. */
    void await(String what, Check check) {
        Await.until(
                what,
                PATIENCE,
                () -> {
                    try {
                        return check.holds();
                    } catch (StaleElementReferenceException | NotFoundException e) {
                        return false;
                    }
                },
                () -> driver.getCurrentUrl() + "\n" + run("return document.body.innerText") + "\n" + errors());
    }

    /** What to wait for. */
    interface Check {
        boolean holds();
    }

    /** Runs a script in the page. */
    @Nullable
    Object run(String script, Object... arguments) {
        return driver.executeScript(script, arguments);
    }

    /** Runs one that calls its last argument when it is done. */
    @Nullable
    Object runLong(String script, Object... arguments) {
        return driver.executeAsyncScript(script, arguments);
    }

    /** What the browser has complained about since it was last asked. */
    List<String> errors() {
        return driver.manage().logs().get(LogType.BROWSER).getAll().stream()
                .filter(entry -> entry.getLevel().intValue() >= Level.WARNING.intValue())
                .map(LogEntry::getMessage)
                .toList();
    }

    /** By how many pixels something on the page is wider than its place. */
    long overflow() {
        Object pixels = run("return Math.max(...['html', '.main-scroll'].map(s => document.querySelector(s))"
                + ".filter(e => e).map(e => e.scrollWidth - e.clientWidth))");
        return ((Number) Objects.requireNonNull(pixels)).longValue();
    }

    /** What makes the page hard to use for some, as far as a program sees it: a line for each fault. */
    List<String> accessibilityFaults() {
        run(Objects.requireNonNull(AXE, "axe.min.js"));
        Object faults = runLong("const done = arguments[0]; axe.run(document, {resultTypes: ['violations']})"
                + ".then(result => done(result.violations.flatMap(v => v.nodes.map(n => v.id + ' at ' + n.target.join(' ')"
                + " + ': ' + n.failureSummary))), failure => done(['axe failed: ' + failure]))");
        List<String> all = new ArrayList<>();
        ((List<?>) Objects.requireNonNull(faults)).forEach(each -> all.add(String.valueOf(each)));
        return all;
    }

    private static @Nullable String axe() {
        try (InputStream in = Chromium.class.getResourceAsStream("/axe.min.js")) {
            return in == null ? null : new String(in.readAllBytes(), UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void picture(Path file) {
        try {
            Files.createDirectories(file.toAbsolutePath().getParent());
            Files.write(file, driver.getScreenshotAs(OutputType.BYTES));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    ChromeDriver driver() {
        return driver;
    }

    @Override
    public void close() {
        driver.quit();
    }
}
