/** What tests of several modules share; published as the test jar of this module. */
@NullMarked
package org.clusca.testing;

import org.jspecify.annotations.NullMarked;
