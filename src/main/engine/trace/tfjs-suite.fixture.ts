/** Tests of tfjs-core that do not hold of compiled kernels, by full name, and why. */
export interface Exclusion {
  test: RegExp
  why: string
  /** Operations without a kernel: their tests of arguments hold, since tfjs itself makes them, and say nothing. All other exclusions fail. */
  whole?: true
}

export const exclusions: readonly Exclusion[] = [
  {
    test: /^(avgPool3d|maxPool3d|conv3d|dilation2d|local ?response|LRN|multinomial|bincount|denseBincount|bitwiseAnd|broadcastArgs|maxPoolWithArgmax|ragged\w+|unique|cropAndResize|nonMaxSuppression|sparse(FillEmptyRows|Reshape|Segment)|staticRegexReplace|string[NST]|image\.transform|threshold .*otsu)/i,
    why: 'no kernel: nothing that the encoders or the pretext tasks use, or results whose shape depends on values',
    whole: true,
  },
  {
    test: /complex(?!.*throws)|FFT|^stft|^(add|sub) .*upcasts/,
    why: 'no complex numbers',
  },
  { test: /(?<!throws (?:error )?for |is a )string|^squeeze .*(default|ones|specific dimension)/, why: 'no strings' },
  {
    test: /^concat(2d .*axis=1 throws|3d .*non-axis shapes)|^einsum .*(duplicate|mismatched|incorrect|more than two|nonexistent|two arrows)|^expandDims .*(1d, axis=-3|2d, axis=-4)|^gatherND .*error when (indices (are scalar|inner)|x is)|^gather .*throws when (batch dims (greater|do not)|index)|^slice(2d)? .*throws when (requesting|begin)|^split .*throws error|^stack .*non matching .*throws error/,
    why: 'the runtime refuses the graph, later than other backends, which check these arguments themselves',
  },
  { test: /conv2d (?!.*throws).*NCHW/, why: "convolutions are written for NHWC, tfjs' default" },
  {
    test: /^arg(max|min) \S+ \S+ ignores NaNs|^(max|min) .*return NaNs|^sign .*(basic|NaNs|tensor-like)|^step kernel .*1d tensor and alpha/,
    why: 'these ONNX operators have rules of their own for NaN',
  },
  { test: /^concat2d .*zero-sized tensors|^expandDims .*0 in shape/, why: 'tensors without elements do not occur in programs' },
  {
    test: /^(exp .*int32|resizeBilinear .*ints|prelu .*int32|diag .*bool)/,
    why: 'integers and booleans where networks have floats',
  },
  { test: /^tan .*exceed float32/, why: 'angles of more digits than a float has' },
  { test: /^avgPool .*gradient.*explicit/, why: 'its expectation divides by the whole window at edges, unlike the forward pass' },
  { test: /^conv2dTranspose .*output=4x4x8/, why: 'its input is larger than the output allows' },
  { test: /^topk .*sorted=false/, why: 'the order of ties is left open' },
  { test: /^unsortedSegmentSum \S+ \S+ ignores negative/, why: 'negative indices count from the end' },
  { test: /^pool .*f=\[1,1\] s=2 p=1/, why: 'ONNX Runtime wants pads smaller than the window' },
  {
    test: /^fused (conv2d|depthwiseConv2D) .*(backProp|gradient .*p=0( with bias)?$)|^logSoftmax .*1D gradient|^logSigmoid .*clones/,
    why: 'tfjs counts buffers in debug mode, and here a clone is a value of its own',
  },
]
