#!/usr/bin/env bash
# The same bytes of every study for any thread count, with and without the vector module, on narrow registers, on every
# JDK found, with runs side by side on ND4J for any number of batches, and after a sweep was killed and resumed.
set -euo pipefail
unset CDPATH
root=$(cd -P "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
noisebook=$root/environment/noisebook
# shellcheck source=environment/common.sh
. "$root/environment/common.sh"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# An odd dimension, both precisions and both samplers: padding, remainders and every kernel take part.
sweep=(run perceptron --set chi=0.5,1 --set trainSize=150 --set dimension=37,130 --set precision=float64,float32
    --set sampler=plain,fastForward --set margin=0.25 --replicas 2)
# An odd width and batch, all activations.
networks=(run network --set network.depth=1,3 --set network.width=37 --set network.activation=relu,gelu,silu,tanh
    --set precision=float64,float32 --set trainSize=130 --set batchSize=7 --set testSize=200 --set sampleCap=4000)
controls=(run network --set noise=unfitted,gaussian --set network.width=21 --set precision=float64,float32 --set trainSize=130
    --set batchSize=7 --set testSize=200 --set sampleCap=2000 --replicas 2)
# Points in one group and in several that stay in the cache.
pictures=(run network --set dataset=fashionTest14
    --set "network=invertedResidual(channels=1, width=3, activation=relu),invertedResidual(channels=1, width=21, activation=gelu)"
    --set learningRate=1 --set precision=float64,float32 --set trainSize=60 --set batchSize=7 --set testSize=50
    --set probeSize=10 --set sampleCap=210)
regimes=(run regime --set training.network.depth=2 --set training.network.width=21 --set training.precision=float64,float32
    --set training.trainSize=60 --set training.testSize=100 --set training.probeSize=50 --set training.sampleCap=5000
    --replicas 2)
linear=(run two-layer --set "start=isotropic(rank=3),gaussian,partiallyAligned" --set anisotropy=3 --replicas 2)
recurrent=(run rnn --set "task=twoAlternativeChoice,imageRows(trainSize=200)" --set width=21
    --set "connectivity=lowRank(rank=3),dale" --set iterations=40 --set testTrials=64 --set probes=32 --set kernelProbes=5)
clusters=(run xor-grokking --set dimension=300 --set trainSize=37 --set testSize=50 --set width=21 --set steps=5)
polynomials=(run polynomial-grokking --set dimension=11 --set trainSize=37 --set testSize=50 --set width=21
    --set outputScale=1,16 --set learningRate=1 --set steps=200 --replicas 2)
oscillations=(run benign-oscillation --set dimension=37 --set trainSize=13 --set testSize=50 --set width=5
    --set learningRate=1,3 --set steps=200 --set discard=20 --replicas 2)
sharpness=(run sharpness --set training.trainSize=37 --set training.network.width=11 --set training.batchSize=37,20
    --set training.loss=squared,hinge --set training.sampleCap=2000 --set records=5 --replicas 2)
features=(run feature-oscillation --set learningRate=0.4,0.6,0.9 --replicas 2)
plane=(run information-plane --set activation=tanh,relu --set steps=20)
diffusions=(run diffusion --set "target=triangle,unevenModes" --set particles=520 --set steps=7
    --set "method=exponentialMultistep,predictorCorrector,reverseEquation" --set forwardSteps=3 --set likelihoodPoints=20
    --set likelihoodSteps=10 --replicas 2)
seeds=(run seed-training --set "learner=network,perceptron,student" --set levels.init=2 --set levels.order=3
    --set levels.data=2 --replicas 2)
mistakes=(run seed-mistakes --set initScale=0,3 --set levels.init=3 --replicas 2)
tables=(run seed-calibration --set seedStdDev=0,0.5 --set seeds=17 --set conditions=5 --set chosen=3 --set dataSets=20
    --replicas 2)
slices=(run seed-slice --set diffusion=0,1 --set steps=5 --set side=7)
distances=(run seed-frechet --set seeds=20 --set samples=11 --set dimension=3,5 --set seedShift=0.3 --set regroupings=3)
comparisons=(run seed-comparison --set seeds=9,23 --set dataSets=50 --replicas 2)
generators=(run seed-generator --set "policy=sharedPath,freshPath" --set diffusion=0.5 --set steps=3 --set seeds=17
    --set "scene=digits,mixtureConditions(conditions=9, dimension=5)")
longer=(run train-longer --set dataset=digits --set trainSize=90 --set testSize=100 --set firstWidth=21 --set secondWidth=9
    --set batchSize=17 --set ghostBatch=0,5 --set updates=40 --set precision=float64,float32 --replicas 2)
walks=(run sinai-walk --set disorder=0.7,2 --set lastTime=1e12 --set times=4 --set environments=5 --replicas 2)
guided=(run guidance --set "law=line,digitsMixture(latents=5),learnedDigits" --set "method=ddim(eta=1),exponentialMultistep"
    --set steps=3 --set weight=2 --set particles=17)
interpolants=(run interpolant --set pair=twoToThree,plane --set "motion=ode(method=rk4),adaptive,sde(method=heun, diffusion=1)"
    --set particles=37 --set steps=5)
errors=(run interpolant-error --set velocityError=none,growing --set particles=37 --set steps=5)
# Each case trains its fields itself: they are kept beside the cache, which is its own.
fields=(run interpolant-field --set field.network.layers=2 --set field.network.width=21 --set field.training.steps=20
    --set field.training.batchSize=34 --set particles=37 --set steps=5 --replicas 2)
drawn=(run interpolant-pictures --set field.target.trainSize=60 --set field.network.layers=2 --set field.network.width=21
    --set field.training.steps=10 --set field.training.batchSize=14 --set particles=10 --set steps=3 --replicas 2)
densities=(run interpolant-likelihood --set "pair=twoToThreeModes,plane" --set "points=[0.5; 1]" --set probes=3
    --set copies=5 --set steps=5)
crooked=(run interpolant-likelihood --set diffusion=1 --set copies=7 --set steps=5)
paths=(run interpolant-paths --set "motion=ode,sde(diffusion=1)" --set every=5 --set shown=7)
inversions=(run inversion --set method=edict,bdia --set steps=2 --set particles=3 --set single=false,true)
blends=(run blend --set steps=3 --set particles=3)
starts=(run boundary --set steps=2 --set "start=boundary(candidates=5, pairs=3)" --set tests=3)
golden=(run golden-noise --set "start=golden(strong=1.5, weak=0, pairs=3, ridge=0.01, shift=0)"
    --set steps=2 --set particles=17)
policies=(run noise-policy --set "task=gaussian(dimension=3),digit" --set "start=policy(updates=3, samples=17, reuse=2)"
    --set steps=2 --set particles=17)
maps=(run noise-maps --set maps=independent,native --set steps=5 --set particles=3)
rare=(run minority --set data=plane,digits --set steps=3 --set draws=2 --set points=60 --set levels=3 --set level=3
    --set particles=17)
masks=(run masked --set sentences=37)
pairs=(run matched-pairs --set pair=gaussians,plane --set batch=1,13 --set pairs=37)
videos=(run freenoise --set noise=independent,shuffled --set frames=16 --set window=6 --set stride=3 --set unit=3
    --set steps=4 --set span=4 --set pixels=12)
cycles=(run cyclic --set points=5 --set known=2 --set steps=8 --set cycles=0,2 --set samples=17)
halves=(run cyclic-digits --set steps=4 --set cycles=1 --set halves=2 --set samples=3)
patches=(run asg --set axes=1,2 --set side=8 --set patch=4 --set stride=2 --set block=2 --set steps=4
    --set stale=1 --set lag=3 --set samples=3)
bits=(run quantisation --set calibration=mixed,pictures --set bits=4 --set steps=2 --set particles=65 --set paths=6 --set updates=5)
reuses=(run faster-diffusion --set part=encoder,deep,step --set spacing=early,random --set steps=4 --set keys=2
    --set particles=65 --set channels=4 --set width=5 --set updates=5 --set batchSize=4)
near=(run immiscible --set matching=assigned,permuted --set width=16 --set batch=33 --set steps=2 --set particles=100 --set updates=5)
films=(run warped --set warp=forward,rescaled --set frames=4 --set side=10 --set films=3 --set steps=2)
anagrams=(run anagrams --set combine=shuffled,both --set steps=3 --set particles=7)
crowds=(run private-crowd --set report=smooth,constant,honest --set agents=1000 --set simulated=100 --set crowds=3)
holdouts=(run adaptive-holdout --set use=free,thresholdout --set rows=50 --set tried=40 --set chosen=9)
controls_shared=(run control-variates --set method=separate,adapted,fresh --set samples=40 --set functions=3)
halfspaces=(run tester-learner --set marginal=laplace,gap --set flips=wedge --set points=600)
frozen=(run bandlimited --set unit=tanh,gaussian --set width=0,37 --set rule=ridge,truncated --set cut=1e-6 --set panels=2)
warnings=(run early-warning --set system=hopf,fold --set length=60 --set series=3 --set paths=7)
intervals=(run slepian --set covariance=diffusion,oscillating --set logPoints=9 --set step=0.2 --set pairs=2 --set grid=0.05 --set draws=9)
certain=(run hypad --set place=quiet,noisy --set length=300 --set anomalies=5 --set memory=9)
students=(run random-teacher --set inputs=images,gaussian --set trainSize=60 --set testSize=40 --set wide=21 --set narrow=9
    --set batchSize=7 --set steps=20)
residuals=(run rddm --set order=residualFirst,noiseFirst --set prior=digits,gaussian --set steps=3 --set digits=5)
relays=(run rdeic --set start=noise,observed,mean --set from=0.8 --set grid=quadratic,jump --set steps=3 --set digits=5)
memories=(run multitask-memory --set units=300 --set examples=3 --set quality=0.5 --set learning=teacher,alone --set patterns=2 --set temperature=0.1 --set sweeps=6)
seen_half=(run forward-models --set masks=random,halves --set dimension=6 --set seen=3 --set signals=60 --set rounds=4 --set coupling=0.2)
noisy_worth=(run ambient-scaling --set unknown=separation,variance --set clean=0,0.4 --set samples=30 --set repeats=2)
speeches=(run sgmse --set frequencies=5 --set method=flow,reverse,corrected --set start=noise,exact --set steps=4)
hazes=(run dehaze --set pixels=5 --set mixed=0,0.5 --set data=posterior,projected --set steps=6 --set lines=9 --set sampled=3)
energies=(run compositional-ebm --set method=contrastive,compositional --set samples=37 --set repeats=2)
radii=(run certificate --set method=linear,denoised,consistentNet --set points=3 --set draws=20 --set steps=9)
recoveries=(run recovery-energy --set law=gaussian,mixture --set steps=2 --set updates=2)
sensors=(run low-light --set law=tukey,gaussian --set side=9 --set pictures=7)
noisy_scores=(run noise-to-score --set noise=gaussian,poisson,field --set samples=256 --set mean=1.3)
noise_maps=(run score-dvi --set pictures=1,3 --set rounds=2 --set share=0.3)
accelerated=(run fermi-acceleration --set escape=2 --set exponent=1.5,2 --set cells=50 --set particles=40 --set drift=bare)
bars=(run wgan-submodel --set runs=40 --set fresh=30 --set training=5,9 --set elements=8 --set source=bar,gaussian)
hums=(run thermoacoustic --set tests=3 --set duration=10 --set features=7 --set omega=0,2 --set ridge=0,0.1)
tones=(run hippo-diagonals --set states=9 --set points=7 --set approximation=diagonal,perturbed --set frequencies=grid,resonances)
combs=(run echo-comb --set spectra=20 --set modes=3 --set spacing=30 --set reach=4 --set search=3 --set width=2 --set phases=known,mirrored,random,noise)
circuits=(run circuit-search --set depth=2 --set episodes=4 --set searches=2 --set iterations=3 --set rate=0.001 --set method=enumerate,random,learner)
waves=(run poisson-lines --set points=12,17 --set frequency=2.3 --set second=4 --set updates=3 --set noise=0.01 --set shape=waves,bump)
rough=(run fractional-noise --set hurst=0.3,0.7 --set points=9 --set terms=3 --set steps=20 --set series=3 --set scale=known,free)
# Side by side on ND4J: rounded otherwise than by the exact engine, yet the same for any number of batches at a time.
beside=(run network --set network.depth=1,3 --set network.width=21 --set network.activation=relu,gelu --set outputScale=1,64
    --set precision=float64,float32 --set trainSize=60 --set batchSize=7 --set testSize=50 --set probeSize=10
    --set sampleCap=1400 --replicas 5)
# Both kinds of motion; with two batches at a time each has another number of particles.
moved=(run interpolant --set "motion=ode(method=rk4),sde(method=heun, diffusion=1)" --set "pair=twoToThree,plane"
    --set particles=1300 --set steps=8 --set fineSteps=16 --replicas 3)
separated=(run perceptron --set dimension=17 --set trainSize=130 --set batchSize=1,7 --set margin=0.1
    --set precision=float64,float32 --set sampler=plain --set testSize=0 --replicas 5)
beside_each_other=(beside moved separated)
cases=0

all=(sweep networks controls pictures regimes linear recurrent clusters polynomials oscillations sharpness features plane diffusions
    seeds mistakes tables comparisons distances generators slices longer walks guided interpolants errors fields drawn densities
    crooked paths inversions blends starts golden policies maps rare masks pairs videos cycles halves patches bits near reuses films
    anagrams crowds holdouts controls_shared halfspaces frozen warnings intervals certain students residuals relays memories seen_half
    noisy_worth noisy_scores speeches hazes energies radii sensors noise_maps recoveries accelerated tones combs circuits rough waves
    hums bars)
# Every study of the catalogue is among them.
swept=' '
for name in "${all[@]}"; do
    declare -n words=$name
    swept+="${words[1]} "
done
unset -n words
# Builds with ND4J.
"$noisebook" run network --engine nd4j --help >/dev/null
catalogue=$("$noisebook" studies)
studies=0
while read -r study version _; do
    [[ $version =~ ^[0-9]+$ ]] || continue
    studies=$((studies + 1))
    [[ $swept = *" $study "* ]] || {
        printf 'determinism: the study %s has no sweep in this test\n' "$study" >&2
        exit 1
    }
done <<<"$catalogue"
# A line each, below the names of the columns.
[ "$studies" -gt 0 ] && [ "$studies" = $(($(grep -c . <<<"$catalogue") - 1)) ] || {
    printf 'determinism: the list of studies was not understood:\n%s\n' "$catalogue" >&2
    exit 1
}

# With NOISEBOOK_STUDIES, names between spaces, only the sweeps of these.
if [ -n "${NOISEBOOK_STUDIES+set}" ]; then
    some=()
    for name in "${all[@]}"; do
        declare -n words=$name
        [[ " $NOISEBOOK_STUDIES " != *" ${words[1]} "* ]] || some+=("$name")
    done
    unset -n words
    all=("${some[@]:-sweep}")
fi

# Prints the tables of these sweeps, one program running them all.
sweeps() { # name of the list of sweeps, program that runs commands, and its first words
    local name more=(--no-cache)
    local -n list=$1
    shift
    [ -z "${threads-}" ] || more+=(--threads "$threads")
    [ -z "${nd4j-}" ] || more+=(--engine nd4j --device cpu)
    for name in "${list[@]}"; do
        local -n words=$name
        (IFS=$'\t' && printf '%s\n' "${words[*]}"$'\t'"${more[*]}")
    done | "$@"
}

same() { # name, file, reference
    if ! cmp -s "$3" "$2"; then
        printf 'determinism: %s gives other bytes:\n' "$1" >&2
        diff "$3" "$2" | head -n 5 >&2
        exit 1
    fi
    cases=$((cases + 1))
}

# Cases run side by side, one a core and at least two at a time; each is compared with its reference.
cores=$(getconf _NPROCESSORS_ONLN 2>/dev/null) && [ "$cores" -gt 2 ] || cores=2
names=() references=()
try() { # name, number of its reference, name of the list of sweeps, program and its first words
    local table=$work/${#names[@]}
    names+=("$1")
    references+=("$2")
    shift 2
    while [ "$(jobs -rp | wc -l)" -ge "$cores" ]; do
        wait -n || true
    done
    { NOISEBOOK_CACHE=$table.cache sweeps "$@" >"$table.csv" && : >"$table.ended"; } 2>"$table.err" &
}
find_java javac || exit 1
find_classes "$root"
find_jars "$root"
classpath=$work:$classes$jars
"$java_home/bin/javac" --release 17 -d "$work" -cp "$classpath" "$root/environment/tests/Commands.java"
together=(-cp "$classpath" Commands)
vector=()
[ "$jdk_has_vector" = no ] || vector=(--add-modules jdk.incubator.vector)
main=("$java_home/bin/java" ${vector[@]+"${vector[@]}"})

# Most of what a JVM does here is to compile the kit, so each has all that is new at once: threads, registers, a JDK, a
# compiler. RegisterWidthTest has each width alone, StudyContractTest each study without the vector module.
threads=1 try 'one thread' 0 all "${main[@]}" "${together[@]}"
threads=8 try '8 threads on 128-bit registers or no wide ones' 0 all "${main[@]}" -XX:UseAVX=1 "${together[@]}"
reference=$(readlink -f "$java_home/bin/java")
others=()
for java in /usr/lib/jvm/*/bin/java; do
    real=$(readlink -f "$java") && [ -x "$real" ] || continue
    [[ " $reference ${others[*]-} " != *" $real "* ]] || continue
    feature=$("$real" -XshowSettings:properties -version 2>&1 | sed -n 's/^ *java.specification.version = //p')
    [ "${feature%%.*}" -ge 17 ] || continue
    others+=("$real")
done
for real in "${others[@]:-$reference}"; do
    threads=2 try "$real, 2 threads on 256-bit registers" 0 all \
        "$real" --add-modules jdk.incubator.vector -XX:UseAVX=2 "${together[@]}"
done
try "$real without the vector module, by the quick compiler" 0 all "$real" -XX:TieredStopAtLevel=1 "${together[@]}"
first=${#names[@]}
# Of 8 at a time EngineCommandsTest has a run.
for threads in 1 2; do
    OMP_NUM_THREADS=1 BACKEND_PRIORITY_CPU=100 BACKEND_PRIORITY_GPU=0 nd4j=yes \
        try "ND4J, $threads batches at a time" "$first" beside_each_other "${main[@]}" "${together[@]}"
done
unset threads
wait
for ((number = 0; number < ${#names[@]}; number++)); do
    if [ ! -e "$work/$number.ended" ] || [ ! -s "$work/$number.csv" ]; then
        cat "$work/$number.err" >&2
        printf 'determinism: %s: a sweep failed (its output is above)\n' "${names[number]}" >&2
        exit 1
    fi
    [ "${references[number]}" = "$number" ] ||
        same "${names[number]}" "$work/$number.csv" "$work/${references[number]}.csv"
done
[ "$(grep -c '^noisebook: engine nd4j-cpu' "$work/$first.err")" = 3 ] || {
    echo 'determinism: the engine was not named' >&2
    exit 1
}

# Killed without warning while it writes its cache, then resumed: same table, and what had ended is not run again.
export NOISEBOOK_CACHE=$work/cache
long=(run perceptron --set chi=0 --set trainSize=256,512,1024 --set dimension=16 --replicas 24)
"$noisebook" "${long[@]}" --no-cache >"$work/reference.csv"
"$noisebook" "${long[@]}" --threads 1 >/dev/null 2>&1 &
victim=$!
size=0
while [ "$size" -lt 2000 ] && kill -0 "$victim" 2>/dev/null; do
    sleep 0.05
    size=$(stat -c %s "$work"/cache/*.runs 2>/dev/null || echo 0)
done
kill -KILL "$victim" 2>/dev/null || true
wait "$victim" 2>/dev/null || true
size=$(stat -c %s "$work"/cache/*.runs)
[ "$size" -ge 2000 ] || {
    echo 'determinism: the killed sweep had stored nothing' >&2
    exit 1
}
# What a crash of the machine can leave: half a frame at the end.
printf 'NBR1half a frame' >>"$(echo "$work"/cache/*.runs)"
"$noisebook" "${long[@]}" >"$work/out.csv" 2>"$work/err"
same 'a killed and resumed sweep' "$work/out.csv" "$work/reference.csv"
grep -q 'cut off a torn tail' "$work/err" || {
    echo 'determinism: the torn tail was not reported' >&2
    exit 1
}
printf 'determinism: %d cases of %d sweeps of %d studies give the same bytes\n' "$cases" "${#all[@]}" "$studies"
