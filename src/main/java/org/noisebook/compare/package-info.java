/**
 * Which model is better, on which tasks, after how many seeds: runs of models on tasks over seeds compared so that the answer stays honest
 * when one looks twice.
 */
package org.noisebook.compare;
