/** The command line: one command in a class, what several share in classes of their own. */
@NullMarked
package org.clusca.cli;

import org.jspecify.annotations.NullMarked;
