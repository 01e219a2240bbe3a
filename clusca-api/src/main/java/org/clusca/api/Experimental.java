package org.clusca.api;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * May change or go in any version, without a deprecation first: it is here to be tried, and its
 * shape follows what is learned. Everything else that is public in {@code org.clusca.api} changes
 * as {@code docs/versions.md} says. What uses something experimental is experimental itself.
 */
@Documented
@Retention(RetentionPolicy.CLASS)
@Target({
    ElementType.TYPE,
    ElementType.METHOD,
    ElementType.CONSTRUCTOR,
    ElementType.FIELD,
    ElementType.PACKAGE
})
public @interface Experimental {}
