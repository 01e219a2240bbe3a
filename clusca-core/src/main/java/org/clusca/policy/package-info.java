/**
 * The cache policies and the small parts they are made of: when to compute, what to predict with,
 * which tokens to refresh.
 */
@NullMarked
package org.clusca.policy;

import org.jspecify.annotations.NullMarked;
