package org.noisebook.experiment;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class StudyTablesTest {
    @Test
    void partsOfANestedFieldFollowIt() {
        assertThat(StudyTables.parameters(new ToyNested()).csv())
                .isEqualTo("parameter,symbol,default,range,meaning\n"
                        + "trainSize,P,10,\"[1, 100]\",training points\n"
                        + "network,,\"fullyConnected(depth=5, width=128, activation=gelu)\",,what is trained\n"
                        + "network.depth,,5,,\n"
                        + "network.width,,128,,\n"
                        + "network.activation,,gelu,\"relu, gelu\",\n");
    }

    @Test
    void partsOfANestedResultStandInItsPlace() {
        assertThat(StudyTables.results(new ToyNested(), "").csv())
                .isEqualTo("result,symbol,meaning\nsum,,a sum\nparts.half,,a part of it\n");
    }
}
