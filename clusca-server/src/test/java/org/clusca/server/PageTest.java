package org.clusca.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;
import org.openqa.selenium.Dimension;
import org.openqa.selenium.JavascriptExecutor;
import org.openqa.selenium.Keys;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.support.ui.Select;
import org.openqa.selenium.support.ui.WebDriverWait;

/** The page in headless Chromium; screenshots go to {@code target/page}. */
final class PageTest {
    private static final Duration LONGEST = Duration.ofMinutes(2);

    @TempDir private static Path profile;
    private static Service service;
    private static ChromeDriver browser;

    @BeforeAll
    static void open() {
        Path chromium = program("chromium", "chromium-browser", "google-chrome");
        Path driver = program("chromedriver");
        Assumptions.assumeTrue(
                chromium != null && driver != null,
                "The page was not tried: there is no Chromium with its driver. On Debian: apt-get"
                        + " install chromium chromium-driver");
        service = new Service();
        ChromeOptions options = new ChromeOptions();
        options.setBinary(chromium.toFile());
        options.addArguments(
                "--headless=new",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-quic",
                "--disable-dev-shm-usage",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--user-data-dir=" + profile,
                "--window-size=1100,900");
        browser =
                new ChromeDriver(
                        new ChromeDriverService.Builder()
                                .usingDriverExecutable(driver.toFile())
                                .build(),
                        options);
    }

    private static Path program(String... names) {
        return Stream.of(System.getenv("PATH").split(java.io.File.pathSeparator))
                .flatMap(folder -> Stream.of(names).map(name -> Path.of(folder, name)))
                .filter(Files::isExecutable)
                .findFirst()
                .orElse(null);
    }

    @AfterAll
    static void close() {
        if (browser != null) {
            browser.quit();
        }
        if (service != null) {
            service.close();
        }
    }

    @BeforeEach
    void load() {
        browser.manage().window().setSize(new Dimension(1100, 900));
        browser.get(service.server.address() + "/");
        until("document.querySelector('#class').options.length > 1");
    }

    private static Object run(String script, Object... arguments) {
        return ((JavascriptExecutor) browser).executeScript(script, arguments);
    }

    private static void until(String condition) {
        new WebDriverWait(browser, LONGEST).until(any -> (Boolean) run("return " + condition));
    }

    private static WebElement at(String id) {
        return browser.findElement(By.id(id));
    }

    private static void fill(String id, String text) {
        at(id).clear();
        at(id).sendKeys(text);
    }

    private static void choose(String id, String value) {
        new Select(at(id)).selectByValue(value);
    }

    private static String said() {
        return at("said").getText();
    }

    private static void shoot(String name) throws IOException {
        Path folder = Files.createDirectories(Path.of("target", "page"));
        Files.write(folder.resolve(name + ".png"), browser.getScreenshotAs(OutputType.BYTES));
    }

    @Test
    void generatesAPictureStepByStep() throws IOException {
        choose("class", "sunflower");
        choose("policy-a-name", "clusca");
        run("document.querySelector('#policy-a details').open = true");
        fill("policy-a-name-interval", "3");
        fill("steps", "12");
        fill("seed", "7");
        at("make").sendKeys(Keys.ENTER);
        until("document.querySelector('#said').textContent.startsWith('Done')");

        assertThat(at("picture-a").isDisplayed()).isTrue();
        assertThat(run("return document.querySelector('#picture-a').naturalWidth")).isEqualTo(64L);
        assertThat(browser.findElements(By.cssSelector("#strips .strip"))).hasSize(1);
        assertThat(browser.findElements(By.cssSelector("#strips i"))).hasSize(12);
        assertThat(browser.findElement(By.cssSelector("#strips .strip")).getAccessibleName())
                .contains("clusca:interval=3", "full", "tokens");
        assertThat(at("table").getText()).contains("clusca:interval=3").contains("%");

        at("show-clusters").click();
        run(
                "const s = document.querySelector('#step'); s.value = 4; s.dispatchEvent(new Event('input'))");
        assertThat(at("step-name").getText()).startsWith("Step 5 of 12");
        assertThat(at("clusters").isDisplayed()).isTrue();
        assertThat((Long) run("return document.querySelector('#clusters').width")).isPositive();
        shoot("clusters");
    }

    @Test
    void comparesTwoPolicies() throws IOException {
        choose("class", "rocket");
        choose("policy-a-name", "none");
        choose("policy-b-name", "balanced");
        fill("steps", "20");
        at("make").click();
        until("document.querySelector('#said').textContent.startsWith('Done')");

        assertThat(at("divide").isDisplayed()).isTrue();
        assertThat(at("table").findElements(By.cssSelector("tbody tr"))).hasSize(2);
        assertThat(at("table").getText()).contains("100 %", " dB", "x");
        run(
                "const s = document.querySelector('#divide'); s.value = 20; s.dispatchEvent(new Event('input'))");
        assertThat(at("picture-a").getCssValue("clip-path")).contains("80%");
        shoot("compared");
    }

    @Test
    void cancels() throws IOException {
        fill("steps", "240");
        choose("policy-a-name", "none");
        at("make").click();
        until("/step \\d+ of 240/.test(document.querySelector('#said').textContent)");
        at("cancel").click();
        until("document.querySelector('#said').textContent === 'Cancelled.'");

        assertThat(at("make").isEnabled()).isTrue();
        assertThat(at("cancel").isEnabled()).isFalse();
        shoot("cancelled");
    }

    @Test
    void showsWhatTheServiceRefuses() throws IOException {
        choose("policy-a-name", "clusca");
        run("document.querySelector('#policy-a-name-clusters').value = '100000'");
        run("document.querySelector('#form').noValidate = true");
        at("make").click();
        until("document.querySelector('#said').classList.contains('bad')");

        assertThat(said()).containsIgnoringCase("clusters");
        shoot("refused");
    }

    @Test
    void drawsASweep() throws IOException {
        Path csv =
                Files.writeString(
                        profile.resolve("sweep.csv"),
                        "sweep,policy,scheduler,steps,speedup,psnr\n"
                                + "x,\"fora:interval=2,order=0\",ddim,50,1.9,36.5\n"
                                + "x,none,ddim,25,2.0,31\n"
                                + "x,none,ddim,50,1,99\n");
        run("document.querySelector('#sweep').open = true");
        at("csv").sendKeys(csv.toString());
        until("document.querySelectorAll('#plot circle').length === 3");

        assertThat(at("plot").getText()).contains("fora:interval=2,order=0");
        shoot("sweep");
    }

    @Test
    void fitsAPhoneAndIsReachedByKeys() throws IOException {
        browser.manage().window().setSize(new Dimension(390, 800));
        assertThat((Long) run("return document.documentElement.scrollWidth - innerWidth"))
                .isLessThanOrEqualTo(0);
        run("document.querySelector('#model').focus()");
        for (int i = 0;
                i < 30 && !"make".equals(browser.switchTo().activeElement().getDomProperty("id"));
                i++) {
            browser.switchTo().activeElement().sendKeys(Keys.TAB);
        }
        assertThat(browser.switchTo().activeElement().getDomProperty("id")).isEqualTo("make");
        for (WebElement field : browser.findElements(By.cssSelector("input, select, textarea"))) {
            assertThat(field.isDisplayed() ? field.getAccessibleName() : "hidden")
                    .as(field.getDomProperty("id"))
                    .isNotBlank();
        }
        shoot("phone");
    }
}
