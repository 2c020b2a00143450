package org.noisebook.regime;

import java.util.function.ToDoubleFunction;
import org.noisebook.data.Frame;

/**
 * The numbers of a {@link Movement}, each with its method card: formula, range, what lazy looks like, cost, and when it
 * misleads.
 *
 * <p><b>Source</b>: Liu, Baratin, Cornford, Mihalas, Shea-Brown and Lajoie 2024 (arXiv 2310.08513) for the alignments as
 * measures of effective laziness, and what {@link KernelChange} and {@link KernelTarget} name.
 */
public enum Diagnostic {
    /** ‖w − w_0‖. */
    WEIGHT_CHANGE(
            "weight change |Δw|",
            "‖w − w₀‖",
            "[0, ∞)",
            "small",
            "weights",
            "not comparable across widths or scales; independent of the initial weights if they are small",
            Movement::weightChange),
    /** ‖w − w_0‖ / ‖w_0‖. */
    RELATIVE_WEIGHT_CHANGE(
            "relative weight change",
            "‖w − w₀‖ / ‖w₀‖",
            "[0, ∞)",
            "→ 0",
            "weights",
            "falls with width at equal feature change; ignores which weights moved",
            Movement::relativeWeightChange),
    /** Cosine of tangent kernels. */
    KERNEL_ALIGNMENT(
            "kernel alignment KA",
            "⟨Θ₀, Θ⟩ / (‖Θ₀‖ ‖Θ‖)",
            "[0, 1]",
            "→ 1",
            "n² · layer widths",
            "ignores growth in scale; one direction common to all gradients can keep it near 1; an undertrained"
                    + " network looks lazy",
            Movement::kernelAlignment),
    /** Cosine of centred tangent kernels. */
    CENTRED_KERNEL_ALIGNMENT(
            "centred kernel alignment",
            "KA of HΘH, H = 1 − 11ᵀ/n",
            "[0, 1]",
            "→ 1",
            "with KA",
            "noisy if the centred kernel is small compared with the kernel",
            Movement::centredKernelAlignment),
    /** ‖Θ − Θ_0‖ / ‖Θ_0‖. */
    RELATIVE_KERNEL_CHANGE(
            "relative kernel change",
            "‖Θ − Θ₀‖ / ‖Θ₀‖",
            "[0, ∞)",
            "→ 0",
            "with KA",
            "dominated by growth in scale once that is large",
            Movement::relativeKernelChange),
    /** Cosine of Gram matrices of activities. */
    REPRESENTATION_ALIGNMENT(
            "representation alignment RA",
            "⟨R₀, R⟩ / (‖R₀‖ ‖R‖), R = HHᵀ",
            "[0, 1]",
            "→ 1",
            "n² · units",
            "often near 1 for ReLU units, whose mean activity is large, even if features change",
            Movement::representationAlignment),
    /** Linear CKA. */
    CENTRED_REPRESENTATION_ALIGNMENT(
            "centred RA (linear CKA)",
            "RA of activities without their means",
            "[0, 1]",
            "→ 1",
            "n² · units",
            "dominated by the few directions of largest variance",
            Movement::centredRepresentationAlignment),
    /** Share of unchanged signs. */
    SIGN_SIMILARITY(
            "sign similarity",
            "share of units × probes whose sign is unchanged",
            "[0, 1]",
            "→ 1",
            "n · units",
            "chance is 1/2 only for units that are on half of the time; meaningless for smooth units",
            Movement::signSimilarity),
    /** yᵀΘ_0y / (‖y‖² Tr Θ_0). */
    START_TARGET_ALIGNMENT(
            "kernel–target alignment, start",
            "yᵀΘ₀y / (‖y‖² Tr Θ₀)",
            "[0, 1]",
            "as at the end",
            "4 · weights · n",
            "depends on n; compare start and end on the same probes",
            Movement::startTargetAlignment),
    /** yᵀΘy / (‖y‖² Tr Θ). */
    END_TARGET_ALIGNMENT(
            "kernel–target alignment, end",
            "yᵀΘy / (‖y‖² Tr Θ)",
            "[0, 1]",
            "as at the start",
            "4 · weights · n",
            "depends on n; compare start and end on the same probes",
            Movement::endTargetAlignment);

    private final String title;
    private final String formula;
    private final String range;
    private final String lazy;
    private final String cost;
    private final String misleads;
    private final ToDoubleFunction<Movement> value;

    Diagnostic(
            String title,
            String formula,
            String range,
            String lazy,
            String cost,
            String misleads,
            ToDoubleFunction<Movement> value) {
        this.title = title;
        this.formula = formula;
        this.range = range;
        this.lazy = lazy;
        this.cost = cost;
        this.misleads = misleads;
        this.value = value;
    }

    /** What it is, a few words. */
    public String title() {
        return title;
    }

    /** Its range, such as {@code [0, 1]}. */
    public String range() {
        return range;
    }

    /** Its value in the lazy limit. */
    public String lazy() {
        return lazy;
    }

    /** The number itself. */
    public double of(Movement movement) {
        return value.applyAsDouble(movement);
    }

    /** The method cards, one per row, of these measures and of those of other classes. */
    public static Frame cards() {
        Frame cards = new Frame("diagnostic", "formula", "range", "lazy", "cost", "misleads when");
        for (Diagnostic one : values()) {
            cards.add(one.title, one.formula, one.range, one.lazy, one.cost, one.misleads);
        }
        cards.add(
                "debiased alignments",
                "KA off the diagonal; dCKA = HSIC₁(K₀, K)/√(HSIC₁(K₀, K₀) HSIC₁(K, K))",
                "[−1, 1]",
                "→ 1",
                "with KA",
                "saturate: untrained networks with different seeds align to 0.9 and more");
        cards.add(
                "distance to the tangent model",
                "‖F − F_lin‖ / ‖F‖, same batches, equal training loss",
                "[0, ∞)",
                "→ 0",
                "one kernel row for each point that was ever not fitted",
                "noise beyond the margin separates the two at any α");
        cards.add(
                "effective rank of W₀",
                "(Σs²)²/Σs⁴; Σs²/s₁²; Σs/s₁; Σ|λ|/|λ₁|; e^entropy of s/Σs",
                "[1, N]",
                "not a measure of movement",
                "singular values and eigenvalues",
                "the five disagree: a balanced Dale matrix has rank one by s, full rank by λ");
        return cards;
    }
}
