package org.noisebook.opencl;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.noisebook.linalg.Kernels;
import org.noisebook.linalg.Window;
import org.noisebook.model.FullyConnected;
import org.noisebook.model.InvertedResidual;
import org.noisebook.model.InvertedResidual.Kind;
import org.noisebook.model.InvertedResidual.Layer;
import org.noisebook.model.Network;

/**
 * A network in the form used by {@code layers.cl}, with the memory layout of its numbers. Rows of weights and pixels of
 * maps are padded to 16; values and slopes of all layers are stored for a group's points.
 *
 * @param blocks the layers, followed by the read-out as a layer of one row
 * @param shape the integers of {@code Shape} and of each {@code Layer}
 * @param scales factor of each layer's activation
 * @param weightLength length of all weights
 * @param scratchLength scratch numbers per group
 * @param listLength list integers per group
 */
record OpenclLayers(
        List<Layer> blocks, int[] shape, double[] scales, long weightLength, long scratchLength, long listLength) {
    /** Number of accumulators in a read-out, as in {@code network.cl}. */
    private static final int SUMS = 64;
    /** Number of lists of points, besides the list of pixels. */
    private static final int LISTS = 3;

    /** The layout for groups with memory for {@code room} points, a multiple of 16. */
    static OpenclLayers of(Network network, int dimension, int room) {
        boolean maps = network instanceof InvertedResidual;
        List<Layer> layers = maps
                ? ((InvertedResidual) network).layers(dimension)
                : connected(dimension, network.width(), network.depth());
        double[] scales = maps
                ? ((InvertedResidual) network).scales(layers)
                : IntStream.rangeClosed(1, network.depth())
                        .mapToDouble(((FullyConnected) network)::scale)
                        .toArray();
        Layer stem = layers.get(0);
        Layer top = layers.get(layers.size() - 1);
        List<Long> values = new ArrayList<>(List.of(0L));
        List<Integer> table = new ArrayList<>();
        long weights = 0;
        long largest = 0;
        int pixels = 1;
        for (Layer layer : layers) {
            int l = values.size() - 1;
            Window window = layer.window();
            Collections.addAll(
                    table,
                    layer.inputs(),
                    layer.outputs(),
                    window.side(),
                    window.stride(),
                    window.padding(),
                    window.outputSide(),
                    layer.kind() == Kind.CHANNELWISE ? 1 : 0,
                    layer.linear() ? 1 : 0,
                    layer.skip() ? values.get(l - 3).intValue() : -1,
                    (int) weights,
                    values.get(l).intValue());
            values.add(values.get(l) + room * layer.length());
            weights += (long) layer.weightRows() * Kernels.padded(layer.outputs());
            largest = Math.max(largest, room * layer.length());
            pixels = Math.max(pixels, layer.pixels());
        }
        long kept = values.get(layers.size());
        long patches = maps ? (long) room * stem.pixels() * Kernels.padded(stem.inputs()) : 0;
        long means = 2 * kept + 2 * largest + patches;
        long sums = means + (maps ? (long) room * Kernels.padded(top.outputs()) : 0);
        long factors = sums + (long) room * SUMS;
        long lists = (long) room * (LISTS + pixels);
        IntStream head = IntStream.of(dimension, network.activation().ordinal(), room, layers.size());
        IntStream lengths = LongStream.of(
                        factors + room,
                        lists,
                        weights,
                        kept,
                        2 * kept,
                        2 * kept + largest,
                        2 * kept + 2 * largest,
                        maps ? means : values.get(layers.size() - 1),
                        sums,
                        factors)
                .mapToInt(length -> (int) length);
        int[] shape = Stream.of(head, lengths, table.stream().mapToInt(k -> k))
                .flatMapToInt(part -> part)
                .toArray();
        List<Layer> blocks = new ArrayList<>(layers);
        blocks.add(pixel(1, top.outputs()));
        return new OpenclLayers(blocks, shape, scales, weights + Kernels.padded(top.outputs()), factors + room, lists);
    }

    private static List<Layer> connected(int inputs, int width, int depth) {
        List<Layer> layers = new ArrayList<>(Collections.nCopies(depth, pixel(width, width)));
        layers.set(0, pixel(inputs, width));
        return layers;
    }

    private static Layer pixel(int inputs, int outputs) {
        return new Layer(Kind.PIXELWISE, new Window(1, 1, 1), inputs, outputs, false, false);
    }

    double inputScale() {
        return blocks.get(0).inputScale();
    }

    /** Expands packed weights into padded rows. */
    double[] unpack(double[] packed) {
        double[] rows = new double[(int) weightLength];
        copy(packed, rows, false);
        return rows;
    }

    /** Packs padded rows into the kit's weight layout. */
    double[] pack(double[] rows) {
        int length = blocks.stream().mapToInt(b -> b.weightRows() * b.outputs()).sum();
        double[] packed = new double[length];
        copy(packed, rows, true);
        return packed;
    }

    private void copy(double[] packed, double[] rows, boolean back) {
        int k = 0;
        int place = 0;
        for (Layer block : blocks) {
            for (int i = 0; i < block.weightRows(); i++) {
                if (back) {
                    System.arraycopy(rows, place, packed, k, block.outputs());
                } else {
                    System.arraycopy(packed, k, rows, place, block.outputs());
                }
                k += block.outputs();
                place += Kernels.padded(block.outputs());
            }
        }
    }
}
