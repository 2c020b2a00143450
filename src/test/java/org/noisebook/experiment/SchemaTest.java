package org.noisebook.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.noisebook.data.Check;
import org.noisebook.rng.Stream;
import org.noisebook.rng.Streams;

class SchemaTest {
    private static final int DRAWS = 500;
    private static final String ODD_CHARACTERS = "ab,;()[]=\" \\χ'\n";

    enum Mode {
        PLAIN,
        FAST_FORWARD
    }

    sealed interface Init permits Zero, Gaussian, LowRank, Mixed {}

    record Zero() implements Init {}

    record Gaussian(double stdDev) implements Init {
        Gaussian {
            Check.above("stdDev", stdDev, 0, 1e9);
        }
    }

    record LowRank(int rank, double[] weights) implements Init {
        @Override
        public boolean equals(Object other) {
            return other instanceof LowRank that && rank == that.rank && Arrays.equals(weights, that.weights);
        }

        @Override
        public int hashCode() {
            return 31 * rank + Arrays.hashCode(weights);
        }
    }

    record Mixed(Init first, Init second, String note) implements Init {}

    record Inner(double a, Mode mode) {}

    record Rich(
            @Parameter(value = "how many", symbol = "n", range = "[1, 9]")
            int count,

            long big,
            double rate,
            boolean flag,
            String name,
            double[] grid,
            Mode mode,
            Init init,
            Inner inner) {
        Rich {
            Check.inRange("count", count, 1, 9);
            Objects.requireNonNull(name, "name");
            grid = grid.clone();
        }

        private List<Object> content() {
            return List.of(count, big, rate, flag, name, mode, init, inner);
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Rich that && content().equals(that.content()) && Arrays.equals(grid, that.grid);
        }

        @Override
        public int hashCode() {
            return 31 * content().hashCode() + Arrays.hashCode(grid);
        }
    }

    private static final Schema<Rich> SCHEMA = Schema.of(Rich.class);

    private static Rich standard() {
        return new Rich(
                3,
                1L << 60,
                0.1,
                true,
                "plain",
                new double[] {1, 0.5},
                Mode.PLAIN,
                new LowRank(5, new double[] {2}),
                new Inner(-1, Mode.FAST_FORWARD));
    }

    private static double anyDouble(Stream stream) {
        return Double.longBitsToDouble(Double.doubleToLongBits(Double.longBitsToDouble(stream.nextLong())));
    }

    private static double[] anyArray(Stream stream) {
        double[] array = new double[stream.nextIndex(4)];
        Arrays.setAll(array, k -> anyDouble(stream));
        return array;
    }

    private static String anyText(Stream stream) {
        StringBuilder text = new StringBuilder();
        for (int k = stream.nextIndex(6); k > 0; k--) {
            text.append(ODD_CHARACTERS.charAt(stream.nextIndex(ODD_CHARACTERS.length())));
        }
        return text.toString();
    }

    private static Init anyInit(Stream stream, int depth) {
        return switch (stream.nextIndex(depth == 0 ? 3 : 4)) {
            case 0 -> new Zero();
            case 1 -> new Gaussian(stream.nextPositive());
            case 2 -> new LowRank((int) stream.nextLong(), anyArray(stream));
            default -> new Mixed(anyInit(stream, depth - 1), anyInit(stream, depth - 1), anyText(stream));
        };
    }

    private static Mode anyMode(Stream stream) {
        return Mode.values()[stream.nextIndex(2)];
    }

    private static Rich any(Stream stream) {
        return new Rich(
                1 + stream.nextIndex(9),
                stream.nextLong(),
                anyDouble(stream),
                stream.nextIndex(2) == 0,
                anyText(stream),
                anyArray(stream),
                anyMode(stream),
                anyInit(stream, 2),
                new Inner(anyDouble(stream), anyMode(stream)));
    }

    @Test
    void textComesBackEqual() {
        Stream stream = Streams.of(1).at("schema");
        for (int k = 0; k < DRAWS; k++) {
            Rich value = any(stream);
            String text = SCHEMA.format(value);
            assertThat(SCHEMA.parse(text, standard())).as(text).isEqualTo(value);
        }
    }

    @Test
    void bytesComeBackEqual() {
        Stream stream = Streams.of(1).at("schema");
        for (int k = 0; k < DRAWS; k++) {
            Rich value = any(stream);
            assertThat(SCHEMA.decode(SCHEMA.encode(value))).isEqualTo(value);
        }
    }

    @Test
    void signedZeroComesBackEqual() {
        Rich value = Schema.with(standard(), "rate", -0.0, "inner", new Inner(-0.0, Mode.PLAIN));
        assertThat(SCHEMA.parse(SCHEMA.format(value), standard())).isEqualTo(value);
        assertThat(SCHEMA.decode(SCHEMA.encode(value))).isEqualTo(value);
    }

    @Test
    void longNestedArraysFitIntoBytes() {
        double[] weights = new double[20_000];
        Arrays.setAll(weights, k -> 1.0 / (k + 3));
        Rich value = Schema.with(standard(), "init", new LowRank(1, weights), "name", "x".repeat(70_000));
        assertThat(SCHEMA.decode(SCHEMA.encode(value))).isEqualTo(value);
    }

    @Test
    void wrongBytesAreRefused() {
        byte[] good = SCHEMA.encode(standard());
        for (int length = 0; length < good.length; length++) {
            byte[] cut = Arrays.copyOf(good, length);
            assertThat(decodes(cut)).as("first %d bytes", length).isFalse();
        }
        assertThat(decodes(Arrays.copyOf(good, good.length + 1))).isFalse();
        assertThat(decodes(good)).isTrue();
    }

    private static boolean decodes(byte[] bytes) {
        try {
            return SCHEMA.decode(bytes) != null;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    @Test
    void textIsReadable() {
        assertThat(SCHEMA.format(standard()))
                .isEqualTo("count=3, big=1152921504606846976, rate=0.1, flag=true, name=plain, grid=[1; 0.5],"
                        + " mode=plain, init=lowRank(rank=5, weights=[2]), inner=inner(a=-1, mode=fastForward)");
        assertThat(Schema.formatValue(new Zero())).isEqualTo("zero");
        assertThat(Schema.formatValue(new double[0])).isEqualTo("[]");
    }

    @Test
    void everyFieldChangesTheText() {
        Set<String> texts = new HashSet<>(Set.of(SCHEMA.format(standard())));
        assertThat(texts.add(SCHEMA.format(Schema.with(standard(), "count", 4))))
                .isTrue();
        assertThat(texts.add(SCHEMA.format(Schema.with(standard(), "big", (1L << 60) + 1))))
                .isTrue();
        assertThat(texts.add(SCHEMA.format(Schema.with(standard(), "rate", Math.nextUp(0.1)))))
                .isTrue();
        assertThat(texts.add(SCHEMA.format(Schema.with(standard(), "flag", false))))
                .isTrue();
        assertThat(texts.add(SCHEMA.format(Schema.with(standard(), "name", "Plain"))))
                .isTrue();
        assertThat(texts.add(SCHEMA.format(Schema.with(standard(), "grid", new double[] {0.5, 1}))))
                .isTrue();
        assertThat(texts.add(SCHEMA.format(Schema.with(standard(), "mode", Mode.FAST_FORWARD))))
                .isTrue();
        assertThat(texts.add(SCHEMA.format(Schema.with(standard(), "init", new Zero()))))
                .isTrue();
        assertThat(texts.add(SCHEMA.format(Schema.with(standard(), "init", new LowRank(6, new double[] {2})))))
                .isTrue();
        assertThat(texts.add(SCHEMA.format(Schema.with(standard(), "inner", new Inner(-1, Mode.PLAIN)))))
                .isTrue();
    }

    /** Text that looks like other fields stays text: two records never share one form. */
    @Test
    void textCannotPoseAsFields() {
        Rich odd = Schema.with(standard(), "name", "plain, grid=[7]");
        assertThat(SCHEMA.parse(SCHEMA.format(odd), standard())).isEqualTo(odd);
    }

    record Unsupported(float number) {}

    record UnsupportedArray(int[] numbers) {}

    @Test
    void typesWithoutATextFormAreRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Schema.of(Unsupported.class).format(new Unsupported(1)))
                .withMessage("no text form: Float");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Schema.of(UnsupportedArray.class).format(new UnsupportedArray(new int[] {1})))
                .withMessage("no text form: int[]");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "count=10 | count must be in [1, 9], got 10",
                "count=x | count must be a number, got 'x'",
                "count=1.5 | count must be a whole number below 2^31, got 1.5",
                "count=3000000000 | count must be a whole number below 2^31, got 3000000000",
                "count=NaN | count must be a number, got 'NaN'",
                "count=2^7.5 | count must be a whole number below 2^31, got 2^7.5",
                "rate=-2^0.5 | rate must be a number, got '-2^0.5'",
                "count=2^2000 | count must be a number, got '2^2000'",
                "big=1e19 | big must be a whole number below 2^63, got 1e19",
                "big=1e999999999 | big must be a whole number below 2^63, got 1e999999999",
                "rate=fast | rate must be a number, got 'fast'",
                "flag=yes | flag must be true or false, got 'yes'",
                "grid=1;2 | grid must look like [1; 2; 3], got '1;2'",
                "grid=[1;b] | grid must be a number, got 'b'",
                "mode=slow | mode must be one of plain, fastForward, got 'slow'",
                "mode=PLAIN | mode must be one of plain, fastForward, got 'PLAIN'",
                "init=none | init must be one of zero, gaussian, lowRank, mixed, got 'none'",
                "init=gaussian | init: missing stdDev",
                "init=gaussian(stdDev=0) | stdDev must be in (0, 1000000000], got 0",
                "init=gaussian(stdDev=a) | init.stdDev must be a number, got 'a'",
                "init=gaussian(width=1) | unknown field 'init.width'; fields of init: stdDev",
                "init=gaussian(stdDev) | init: expected name=value, got 'stdDev'",
                "init=gaussian(stdDev=1 | init: missing ')' in 'gaussian(stdDev=1'",
                "inner=other(a=1) | inner must be one of inner, got 'other'",
                "what=1 | unknown field 'what'; fields: count, big, rate, flag, name, grid, mode, init, inner",
                "count | expected name=value, got 'count'"
            })
    void errorsNameFieldValueAndBound(String text, String message) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SCHEMA.parse(text, standard()))
                .withMessage(message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "count=2^3 | count=8",
                "count=1e0 | count=1",
                "big=1e18 | big=1000000000000000000",
                "big=-5 | big=-5",
                "rate=2^-2 | rate=0.25",
                "rate=2^-0.5 | rate=0.7071067811865475",
                "count=4^1.5 | count=8",
                " rate = 1 ,count=2 | count=2",
                "grid=[] | grid=[]",
                "init=zero() | init=zero",
                "init=mixed(first=gaussian(stdDev=1), second=zero, note=a) | init=mixed(first=gaussian(stdDev=1),"
            })
    void laxTextIsRead(String text, String part) {
        assertThat(SCHEMA.format(SCHEMA.parse(text, standard()))).contains(part);
    }

    /** The start has {@code init=lowRank(rank=5, weights=[2]), inner=inner(a=-1, mode=fastForward)}. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "inner.a=2^3 | inner=inner(a=8, mode=fastForward)",
                " inner.a = 7 | inner=inner(a=7, mode=fastForward)",
                "inner.a=7, inner.mode=plain | inner=inner(a=7, mode=plain)",
                "init.weights=[1; 3] | init=lowRank(rank=5, weights=[1; 3])",
                "init=gaussian(stdDev=2), init.stdDev=3 | init=gaussian(stdDev=3)",
                "init.rank=7, init=gaussian(stdDev=2) | init=gaussian(stdDev=2)",
                "init.rank=0, init=lowRank(rank=1, weights=[]) | init=lowRank(rank=1, weights=[])",
                "init=gaussian, init.stdDev=3 | init=gaussian(stdDev=3)",
                "init=mixed(first=mixed(first=zero, second=gaussian(stdDev=1), note=a), second=zero, note=b),"
                        + " init.first.second.stdDev=4, init.first.note=c"
                        + " | init=mixed(first=mixed(first=zero, second=gaussian(stdDev=4), note=c), second=zero, note=b)",
                "init=lowRank(rank=7) | init=lowRank(rank=7, weights=[2])",
                "init=lowRank | init=lowRank(rank=5, weights=[2])",
                "init.rank=7, init=lowRank(weights=[]) | init=lowRank(rank=7, weights=[])",
                "inner=inner(mode=plain) | inner=inner(a=-1, mode=plain)"
            })
    void partsAreSetFromLeftToRightAndTheOthersKept(String text, String field) {
        assertThat(SCHEMA.format(SCHEMA.parse(text, standard()))).contains(field);
        assertThat(SCHEMA.parse(text, standard())).isEqualTo(SCHEMA.parse(field, standard()));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "inner.b=1 | unknown field 'inner.b'; fields of inner: a, mode",
                "inner.=1 | unknown field 'inner.'; fields of inner: a, mode",
                "what.a=1 | unknown field 'what'; fields: count, big, rate, flag, name, grid, mode, init, inner",
                "count.x=1 | count has no parts, got 'count.x'",
                "grid.x=1 | grid has no parts, got 'grid.x'",
                "inner.a.x=1 | inner.a has no parts, got 'inner.a.x'",
                "init=zero, init.x=1 | init=zero has no parts, got 'init.x'",
                "init=mixed(first.stdDev=1) | init: missing first",
                "init=mixed(first=zero, second=zero, note=a), init.first=gaussian | init.first: missing stdDev",
                "inner.a=b | inner.a must be a number, got 'b'",
                "init.rank=1.5 | init.rank must be a whole number below 2^31, got 1.5",
                "init=gaussian(stdDev=1), init.stdDev=0 | stdDev must be in (0, 1000000000], got 0"
            })
    void errorsNameThePart(String text, String message) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SCHEMA.parse(text, standard()))
                .withMessage(message);
    }

    @Test
    void withSetsParts() {
        Rich start = Schema.with(standard(), "init", new Mixed(new Gaussian(1), new Zero(), "a"));
        Rich changed = Schema.with(start, "init.first.stdDev", 2, "inner.mode", Mode.PLAIN, "init.note", "b");
        assertThat(changed.init()).isEqualTo(new Mixed(new Gaussian(2), new Zero(), "b"));
        assertThat(changed.inner()).isEqualTo(new Inner(-1, Mode.PLAIN));
        assertThat(start.init()).as("the start").isEqualTo(new Mixed(new Gaussian(1), new Zero(), "a"));
        assertThat(Schema.with(start, "init", new Gaussian(1), "init.stdDev", 3).init())
                .isEqualTo(new Gaussian(3));
        assertThat(Schema.with(start, "init.note", "b", "init", new Gaussian(1)).init())
                .isEqualTo(new Gaussian(1));
    }

    @Test
    void withNamesThePartItRefuses() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Schema.with(standard(), "inner.mode", "plain"))
                .withMessage("inner.mode must be of type Mode, got plain");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Schema.with(standard(), "init", 5))
                .withMessage("init must be one of zero, gaussian, lowRank, mixed, got '5'");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Schema.with(standard(), "inner.b", 1))
                .withMessage("unknown field 'inner.b'; fields of inner: a, mode");
        Rich start = Schema.with(standard(), "init", new Mixed(new Gaussian(1), new Zero(), "a"));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Schema.with(start, "init.first.width", 1))
                .withMessage("unknown field 'init.first.width'; fields of init.first: stdDev");
    }

    record Interval(double low, double high) {
        Interval {
            Check.above("high", high, low, 1e9);
        }
    }

    record Bounded(Interval interval) {}

    /** Neither change is allowed alone. */
    @Test
    void boundsSeeAllChangesTogether() {
        Bounded start = new Bounded(new Interval(0, 1));
        Bounded moved = new Bounded(new Interval(5, 9));
        assertThat(Schema.with(start, "interval.low", 5, "interval.high", 9)).isEqualTo(moved);
        assertThat(Schema.of(start).parse("interval.low=5, interval.high=9", start))
                .isEqualTo(moved);
    }

    @Test
    void whatIsNotNamedIsKept() {
        assertThat(SCHEMA.parse("", standard())).isEqualTo(standard());
        assertThat(SCHEMA.parse("count=4", standard())).isEqualTo(Schema.with(standard(), "count", 4));
    }

    @Test
    void numbersConvertWhereNothingIsLost() {
        assertThat(Schema.with(standard(), "rate", 2).rate()).isEqualTo(2);
        assertThat(Schema.with(standard(), "count", 2.0).count()).isEqualTo(2);
        assertThat(Schema.with(standard(), "big", 7).big()).isEqualTo(7);
        assertThat(Schema.with(standard(), "count=2, big=2^40"))
                .isEqualTo(Schema.with(standard(), "count", 2, "big", 1L << 40));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Schema.with(standard(), "count", 2.5))
                .withMessage("count must be a whole number below 2^31, got 2.5");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Schema.with(standard(), "mode", "plain"))
                .withMessage("mode must be of type Mode, got plain");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Schema.with(standard(), "name", null, "rate", 1))
                .withMessage("name must be of type String, got null");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Schema.with(standard(), "count", 2, "rate"))
                .withMessage("names and values must come in pairs, got 3");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Schema.with(standard(), "what", 1))
                .withMessageStartingWith("unknown field 'what'");
    }

    @Test
    void withChangesACopy() {
        Rich start = standard();
        Rich changed = Schema.with(start, "count", 9, "rate", 8);
        assertThat(start).isEqualTo(standard());
        assertThat(changed.count()).isEqualTo(9);
        assertThat(changed.rate()).isEqualTo(8);
    }

    @Test
    void fieldsCarryTheirDocumentation() {
        Schema.Field field = SCHEMA.fields().get(0);
        assertThat(field).isEqualTo(new Schema.Field("count", int.class, "n", "how many", "[1, 9]"));
        assertThat(SCHEMA.fields().get(5).scalar()).isFalse();
        assertThat(SCHEMA.fields().get(7).scalar()).isTrue();
    }

    @Test
    void splitHonoursBracketsAndQuotes() {
        assertThat(Schema.split("a(b,c), [1,2] ,\"x,y\"", ',')).containsExactly("a(b,c)", "[1,2]", "\"x,y\"");
        assertThat(Schema.split("", ',')).isEmpty();
        assertThat(Schema.split("a,", ',')).containsExactly("a", "");
    }

    /** Of a type that was not there before, parts left out are its standard. */
    @Test
    void partsLeftOutAreTheStandardOfTheirType() {
        ToyNested.Config deep = new ToyNested.Config(10, new ToyNested.Convolutional(3, new double[] {4}, null));

        assertThat(Schema.of(deep)
                        .parse("network=fullyConnected(depth=5)", deep)
                        .network())
                .isEqualTo(new ToyNested.FullyConnected(5, 64, ToyNested.Activation.RELU));
        assertThat(Schema.of(deep).parse("network=fullyConnected", deep).network())
                .isEqualTo(ToyNested.FullyConnected.standard());
    }

    record Grown(
            int old,
            @Parameter(value = "came later", omit = "0.5") double added,
            Init init) {}

    /** Texts, and with them keys, from before a component came stay as they were. */
    @Test
    void aComponentThatCameLaterIsWrittenOnlyWhereItIsNotItsDefault() {
        Schema<Grown> schema = Schema.of(Grown.class);
        Grown before = new Grown(1, 0.5, new Zero());
        Grown after = new Grown(1, 0.6, new Zero());
        assertThat(schema.format(before)).isEqualTo("old=1, init=zero");
        assertThat(schema.format(after)).isEqualTo("old=1, added=0.6, init=zero");
        assertThat(schema.parse(schema.format(before))).isEqualTo(before);
        assertThat(schema.parse(schema.format(after))).isEqualTo(after);
        assertThat(schema.parse("old=2", after)).isEqualTo(new Grown(2, 0.6, new Zero()));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> schema.parse("added=0.6, init=zero"))
                .withMessage("missing old");
    }

    record Started(
            @Parameter(value = "steps", standard = "50") int steps,

            @Parameter(value = "where it starts", standard = "gaussian(stdDev=0.5)")
            Init init) {}

    record Unfinished(
            @Parameter(value = "steps", standard = "50") int steps,
            @Parameter("no standard") double rate) {}

    @Test
    void theStandardMayStandInTheRecord() {
        assertThat(RecordBuilder.standard(Started.class)).contains(new Started(50, new Gaussian(0.5)));
        assertThat(RecordBuilder.standard(Unfinished.class)).isEmpty();
    }

    /** Neither sealed nor listed. */
    interface Unlisted {}

    record Lost(Unlisted part) {}

    @Test
    void aFamilyWithoutMembersIsNamed() {
        assertThatIllegalStateException()
                .isThrownBy(() -> Schema.of(Lost.class).parse("part=any"))
                .withMessageStartingWith(Unlisted.class.getName() + " is neither sealed nor has it members");
    }
}
