/**
 * The FLUX adapter will live here. The module holds no adapter yet, so no FLUX directory is read.
 */
package org.clusca.model.flux;
