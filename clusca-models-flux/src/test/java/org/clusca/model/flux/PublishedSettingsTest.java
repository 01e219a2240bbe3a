package org.clusca.model.flux;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.inject.AbstractModule;
import com.google.inject.TypeLiteral;
import com.google.inject.multibindings.MapBinder;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.clusca.Clusca;
import org.clusca.api.Options;
import org.clusca.api.Parameter;
import org.clusca.api.cache.CachePolicy;
import org.clusca.api.cache.CachePolicyFactory;
import org.clusca.api.cluster.Clusterer;
import org.clusca.api.model.Model;
import org.clusca.policy.Fora;
import org.junit.jupiter.api.Test;

/** What was published for a family belongs to the policy, also to one that is not shipped. */
final class PublishedSettingsTest {
    private static final Model FLUX = Clusca.create().model(TinyFlux.folder());

    /** FORA under another name, with settings for FLUX. */
    private static final class Mine implements CachePolicyFactory {
        @Override
        public String name() {
            return "mine";
        }

        @Override
        public String description() {
            return "a policy of the user's own";
        }

        @Override
        public List<Parameter> parameters() {
            return List.of(Parameter.whole("interval", 2, 1, 100, "Steps from full to full."));
        }

        @Override
        public Map<String, String> published(String family) {
            return family.equals("flux") ? Map.of("interval", "7") : Map.of();
        }

        @Override
        public CachePolicy create(Options options, Function<String, Clusterer> clusterers) {
            return new Fora(options.whole("interval"));
        }
    }

    private static Clusca withMine() {
        return Clusca.create(
                new AbstractModule() {
                    @Override
                    protected void configure() {
                        MapBinder.newMapBinder(
                                        binder(),
                                        TypeLiteral.get(String.class),
                                        TypeLiteral.get(CachePolicyFactory.class))
                                .addBinding("mine")
                                .toInstance(new Mine());
                    }
                });
    }

    @Test
    void aPluginShipsSettingsForFlux() {
        Clusca clusca = withMine();
        assertThat(FLUX.family()).isEqualTo("flux");
        assertThat(clusca.policy("mine", FLUX).tag()).isEqualTo("fora:interval=7");
        assertThat(clusca.policy("mine:interval=4", FLUX).tag()).isEqualTo("fora:interval=4");
        assertThat(clusca.policy("mine").tag()).isEqualTo("fora:interval=2");
    }

    @Test
    void shippedPoliciesTakeTheirSettings() {
        Clusca clusca = Clusca.create();
        assertThat(clusca.policy("clusca", FLUX).tag())
                .isEqualTo(
                        "clusca:interval=5,clusters=16,order=1,propagation=0.005,"
                                + "textpropagation=0,first=3");
        assertThat(clusca.policy("taylorseer:order=1", FLUX).tag())
                .isEqualTo("taylorseer:interval=5,order=1,first=3");
        assertThat(clusca.policy("toca", FLUX).tag()).startsWith("toca:interval=6,ratio=0.1,");
    }

    @Test
    void presetsFollowTheFamily() {
        Clusca clusca = Clusca.create();
        assertThat(clusca.policy("balanced").tag()).startsWith("output:interval=4,");
        assertThat(clusca.policy("balanced", FLUX).tag())
                .isEqualTo("taylorseer:interval=4,order=2,first=2,keep=residual");
        assertThat(clusca.policy("quality", FLUX).tag()).contains("interval=3,");
        assertThat(clusca.policy("fast", FLUX).tag()).contains("interval=5,");
    }

    @Test
    void asPublishedIsOneWordAway() {
        Clusca clusca = Clusca.create();
        assertThat(clusca.policy("clusca:published").tag())
                .isEqualTo(clusca.policy("clusca:rows=apart,empty=token0").tag());
        assertThat(clusca.policy("clusca:published", FLUX).tag())
                .isEqualTo(clusca.policy("clusca:rows=apart,empty=token0", FLUX).tag());
        assertThat(clusca.policy("fora:published").tag()).isEqualTo(clusca.policy("fora").tag());
    }

    /** Values out of range and names that no parameter has are refused when a policy is made. */
    @Test
    void everySettingIsOneThatThePolicyTakes() {
        Clusca clusca = Clusca.create();
        for (CachePolicyFactory policy : clusca.policies().all()) {
            for (String family : List.of("dit", "flux", "hunyuan-video")) {
                Options made =
                        Options.resolve(
                                policy.name(), policy.parameters(), policy.published(family));
                String tag = policy.create(made, clusca::clusterer).tag();
                assertThat(clusca.policy(tag).tag())
                        .as("%s on %s", policy.name(), family)
                        .isEqualTo(tag);
            }
        }
    }
}
