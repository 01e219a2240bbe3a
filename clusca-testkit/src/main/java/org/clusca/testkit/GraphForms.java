package org.clusca.testkit;

import org.clusca.api.cache.CachePolicy;
import org.clusca.policy.ClusCa;
import org.clusca.policy.Fora;
import org.clusca.policy.TaylorSeer;

/** The forms of graph that policies ask for, each by a policy that asks for it. */
enum GraphForms {
    REUSE {
        @Override
        CachePolicy every(int interval) {
            return new Fora(interval);
        }
    },
    FORECAST {
        @Override
        CachePolicy every(int interval) {
            return new TaylorSeer(interval, 2, 1);
        }
    },
    TOKENS {
        @Override
        CachePolicy every(int interval) {
            return clusCa(interval, 0);
        }
    },
    TOKENS_AND_FORECAST {
        @Override
        CachePolicy every(int interval) {
            return clusCa(interval, 2);
        }
    };

    private static CachePolicy clusCa(int interval, int order) {
        return ClusCa.builder().interval(interval).clusters(2).order(order).first(1).build();
    }

    abstract CachePolicy every(int interval);

    CachePolicy computing() {
        return every(1);
    }

    CachePolicy reusing() {
        return every(2);
    }
}
