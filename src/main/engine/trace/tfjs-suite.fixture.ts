/** Tests of tfjs-core that do not apply to compiled kernels, by full name, and why. */
export const exclusions: readonly { test: RegExp; why: string }[] = [
  {
    test: /^(avgPool3d|maxPool3d|conv3d|dilation2d|local ?response|LRN|multinomial|bincount|denseBincount|bitwiseAnd|broadcastArgs|maxPoolWithArgmax|ragged\w+|unique|cropAndResize|nonMaxSuppression|sparse(FillEmptyRows|Reshape|Segment)|staticRegexReplace|image\.transform|threshold .*otsu)/i,
    why: 'no kernel: nothing that the encoders or the pretext tasks use, or results whose shape depends on values',
  },
  {
    test: /complex|FFT|\bstft\b|\b(real|imag)\b|^(add|sub) .*upcasts/i,
    why: 'no complex numbers',
  },
  { test: /string|^squeeze .*(default|ones|specific dimension)/i, why: 'no strings' },
  {
    test: /throw|error|invalid|mismatch|must|exceed|shapes do not match|^expandDims .*axis=-[34]|duplicate axes/i,
    why: 'kernels do not repeat the checks of arguments that other backends make',
  },
  { test: /NCHW/, why: "convolutions are written for NHWC, tfjs' default" },
  {
    test: /NaN|^sign .*(basic|tensor-like)|^step kernel .*1d tensor and alpha/,
    why: 'ONNX operators have rules of their own for NaN',
  },
  { test: /zero-sized|0 in shape/, why: 'tensors without elements do not occur in programs' },
  {
    test: /^(exp .*int32|resizeBilinear .*ints|prelu .*int32|diag .*bool)/,
    why: 'integers and booleans where networks have floats',
  },
  { test: /^avgPool .*gradient.*explicit/, why: 'its expectation divides by the whole window at edges, unlike the forward pass' },
  { test: /^conv2dTranspose .*output=4x4x8/, why: 'its input is larger than the output allows' },
  { test: /^topk .*sorted=false/, why: 'the order of ties is left open' },
  { test: /^unsortedSegmentSum .*negative/, why: 'negative indices count from the end' },
  { test: /^pool .*f=\[1,1\] s=2 p=1/, why: 'ONNX Runtime wants pads smaller than the window' },
  {
    test: /^(fused .*(gradient|backProp)|logSoftmax .*1D gradient|logSigmoid .*clones)/,
    why: 'tfjs counts buffers in debug mode, and here a clone is a value of its own',
  },
]
