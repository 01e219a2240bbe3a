/**
 * The HunyuanVideo adapter will live here. The module holds no adapter yet, so no HunyuanVideo
 * directory is read.
 */
package org.clusca.model.hunyuan;
