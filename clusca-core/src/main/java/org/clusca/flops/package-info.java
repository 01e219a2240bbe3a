/** Floating-point operations of what was executed, by the conventions of the publications. */
@NullMarked
package org.clusca.flops;

import org.jspecify.annotations.NullMarked;
