/**
 * The conformance tests of the four service interfaces: extend one, supply the part to test, and
 * every check runs against it.
 */
@NullMarked
package org.clusca.testkit;

import org.jspecify.annotations.NullMarked;
