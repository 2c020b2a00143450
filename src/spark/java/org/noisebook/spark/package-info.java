/**
 * Runs of a sweep as tasks of Apache Spark, in builds with the Maven profile {@code spark} only; nothing else of the kit needs
 * Spark.
 */
package org.noisebook.spark;
