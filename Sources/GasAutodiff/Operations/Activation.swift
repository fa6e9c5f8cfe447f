import CGasKernels

extension Variable {
  /// Y = max(X, 0). Backward: dX = dY where Y > 0, else 0.
  public func relu() -> Variable {
    relu(inPlace: false)
  }

  /// `relu`, which takes X's place where `inPlace` is set and no other operation reads X.
  package func relu(inPlace: Bool) -> Variable {
    leakyRelu(slope: 0, inPlace: inPlace)
  }

  /// Y = X where X > 0, else slope · X, for slope ≥ 0. Backward: dX = dY where Y > 0, else slope · dY.
  public func leakyRelu(slope: Float) -> Variable {
    leakyRelu(slope: slope, inPlace: false)
  }

  private func leakyRelu(slope: Float, inPlace: Bool) -> Variable {
    precondition(slope >= 0, "the sign of the output must tell that of the input")
    if tape.isNarrow { return narrowLeakyRelu(slope: slope, isLastUse: inPlace) }
    return activation(inPlace: inPlace) {
      gas_leaky_relu($0, slope, $1, $2)
    } backward: {
      gas_leaky_relu_backward($0, slope, $1, $2, $2)
    }
  }

  /// The same with a result of bfloat16. If no other operation reads X (`isLastUse`), its memory is used again.
  private func narrowLeakyRelu(slope: Float, isLastUse: Bool) -> Variable {
    let elementwise = Elementwise(tape.parallel)
    let pending = isLastUse ? takePending() : nil
    let y = pending?.rectified(slope: slope, on: tape) ?? rectified(slope: slope, isLastUse: isLastUse)
    return tape.record(.narrow(NarrowRows(y)), gradientRows: gradientRows) { [self] gradient in
      if let pending {
        pending.passRectification(y, slope: slope)
      } else {
        elementwise.forEach(gradient.count) { range in
          let dy = gradient.base + range.lowerBound
          gas_leaky_relu_backward_bf16(Int64(range.count), slope, y.base + range.lowerBound, dy, dy)
        }
      }
      contribute(passing: gradient)
    }
  }

  private func rectified(slope: Float, isLastUse: Bool) -> BFloatMatrix {
    let x = value
    let y = tape.arena.bfloatMatrix(rows: rows, columns: columns)
    Elementwise(tape.parallel).forEach(y.count) { range in
      gas_leaky_relu_to_bf16(Int64(range.count), slope, x.base + range.lowerBound, y.base + range.lowerBound)
    }
    if isLastUse && isOverwritable { tape.arena.recycle(x) }
    return y
  }

  /// Y = X where X > 0, else exp(X) − 1. Backward: dX = dY where Y > 0, else (Y + 1) ⊙ dY.
  public func elu() -> Variable {
    elu(inPlace: false)
  }

  /// `elu`, which takes X's place where `inPlace` is set and no other operation reads X.
  package func elu(inPlace: Bool) -> Variable {
    activation(inPlace: inPlace) {
      gas_elu($0, $1, $2)
    } backward: {
      gas_elu_backward($0, $1, $2, $2)
    }
  }

  /// An element-wise function whose derivative can be told from its result.
  ///
  /// The result takes X's place where `inPlace` is set and X may be overwritten. `forward` gets a number of elements,
  /// where to read x and where to write y. `backward` gets a number of elements, y, and dy, which it turns into dx in
  /// place.
  private func activation(
    inPlace: Bool, _ forward: (Int64, UnsafeMutablePointer<Float>, UnsafeMutablePointer<Float>) -> Void,
    backward: @escaping (Int64, UnsafeMutablePointer<Float>, UnsafeMutablePointer<Float>) -> Void
  ) -> Variable {
    let elementwise = Elementwise(tape.parallel)
    let x = value
    let y = inPlace && isOverwritable ? x : tape.arena.matrix(rows: rows, columns: columns)
    elementwise.forEach(y.count) { range in
      forward(Int64(range.count), x.base + range.lowerBound, y.base + range.lowerBound)
    }
    return tape.record(y, gradientRows: gradientRows) { [self] gradient in
      elementwise.forEach(gradient.count) { range in
        backward(Int64(range.count), y.base + range.lowerBound, gradient.base + range.lowerBound)
      }
      contribute(passing: gradient)
    }
  }
}
