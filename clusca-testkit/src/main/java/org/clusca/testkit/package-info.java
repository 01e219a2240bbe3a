/** Conformance tests for models, schedulers, cache policies and clusterers will live here. */
package org.clusca.testkit;
