import Foundation

/// Mean and mean square of a customer's purchases over the beta-distributed chance p to leave after each, in bounded
/// time whatever the number of purchases.
///
/// With F the purchases that would come if nobody left, given p
///
///     E[N] = H(p) = (1 - E[(1-p)^F]) / p,   E[N(N-1)] = -2 (1-p) H'(p).
///
/// E[(1-p)^F] is closed: F = ⌊(M + j)/k⌋ is written by the k-th roots of unity, and M is negative binomial. Without
/// regular timing H' is closed too, with it H' is taken off by parts against the beta density. Means over p are
/// trapezoidal sums in ln(p / (1-p)), which converge exponentially; where p no longer matters the rest is a geometric
/// series.
struct LeavingMean {
  private let shape, odds, a, b: Double
  private let stages: Int
  /// The k-th roots of unity but 1 and conjugates.
  private let roots: [Complex]

  init(shape: Double, odds: Double, a: Double, b: Double, stages: Int) {
    self.shape = shape
    self.odds = odds
    self.a = a
    self.b = b
    self.stages = stages
    roots = (0...stages / 2).dropFirst().map { Complex(polar: 1, 2 * Double.pi * Double($0) / Double(stages)) }
      .filter { _ in stages > 1 }
  }

  private struct Sums {
    var mean: [Double]
    var factorial: [Double]
  }

  func moments() -> [CountMoments] { sumsOfReaches() ?? quadrature() }

  /// Σ of P(N ≥ n) and of (2n - 1) P(N ≥ n), which with regular timing is cheaper while few purchases can come, and
  /// exact when hardly any can.
  private func sumsOfReaches() -> [CountMoments]? {
    guard stages > 1 else { return nil }
    let spread = (shape * odds * (1 + odds)).squareRoot()
    let events = shape * odds + 6 * spread + 34 * (1 + odds)
    let count = Special.whole(events / Double(stages) + 2, most: 1_000_000)
    guard count <= 250,
      let row = GeometricCounts(shape: shape, odds: odds, leaving: (a, b), stages: stages).reaches(through: count)
    else { return nil }
    var (means, squares) = ([Double](repeating: 0, count: stages), [Double](repeating: 0, count: stages))
    for place in row.indices {
      means[place % stages] += row[place]
      squares[place % stages] += row[place] * Double(2 * (place / stages) + 1)
    }
    return zip(means, squares).map { CountMoments(mean: $0, square: $1) }
  }

  private func quadrature() -> [CountMoments] {
    let potential = potentialMeans()
    let few = stages > 1 ? GeometricCounts(shape: shape, odds: odds, leaving: nil, stages: stages).firstReaches() : []
    let most = max((shape + Double(stages)) * odds, a + b, 1)
    let step = min(0.45, 0.8 * (1 / a + 1 / b).squareRoot())
    let centre = log(a / b)
    let norm = Special.logBeta(a, b)
    var sums = Sums(mean: [Double](repeating: 0, count: stages), factorial: [Double](repeating: 0, count: stages))
    var heaviest = 0.0
    func visit(_ v: Double, add: Bool = true) -> (weight: Double, values: [Double]) {
      // ln(1-p) and p each by themselves, since a difference would lose what is left of a small p.
      let soft = Special.softplus(v)
      let (leaves, logStays) = (soft.slope, -soft.value)
      let weight = exp(a * v - (a + b) * soft.value - norm)
      let values = expectations(leaves: leaves, logStays: logStays, few: few)
      heaviest = max(heaviest, weight)
      if add { self.add(weight, leaves, exp(logStays), values, potential, &sums) }
      return (weight, values)
    }
    _ = visit(centre)
    for index in 1..<20_000 {
      let v = centre + step * Double(index)
      if v > 20 {
        // Everybody leaves after the first purchase: only the weight still changes.
        let last = visit(v, add: false)
        add(last.weight / -expm1(-b * step), 1, 0, last.values, potential, &sums)
        break
      }
      if visit(v).weight < 1e-14 * heaviest { break }
    }
    for index in 1..<20_000 {
      let v = centre - step * Double(index)
      if exp(v) * most < 1e-5 {
        close(visit(v, add: false), odds: exp(v), step, potential, &sums)
        break
      }
      if visit(v).weight < 1e-14 * heaviest { break }
    }
    return (0..<stages).map { stage in
      let mean = max(0, sums.mean[stage] * step)
      return CountMoments(mean: mean, square: max(mean * mean, mean + sums.factorial[stage] * step))
    }
  }

  private func add(
    _ weight: Double, _ leaves: Double, _ stays: Double, _ values: [Double], _ potential: [Double], _ sums: inout Sums
  ) {
    for stage in 0..<stages { sums.mean[stage] += weight * values[stage] }
    if stages == 1 { return sums.factorial[0] += weight * factorial(leaves: leaves, stays: stays) }
    for stage in 0..<stages {
      sums.factorial[stage] += 2 * weight * (potential[stage] - values[stage]) * (b - (a - 1) * stays / leaves)
    }
  }

  /// -2 (1-p) H'(p) without regular timing.
  private func factorial(leaves: Double, stays: Double) -> Double {
    let reach = shape * log1p(leaves * odds)
    let slope = -expm1(-reach) - leaves * shape * odds / (1 + leaves * odds) * exp(-reach)
    return 2 * stays * max(0, slope) / (leaves * leaves)
  }

  /// The rest towards p = 0, where H is linear in p, and the weight is p^a less a linear part.
  private func close(
    _ node: (weight: Double, values: [Double]), odds oddsLeaving: Double, _ step: Double, _ potential: [Double],
    _ sums: inout Sums
  ) {
    let leaves = oddsLeaving / (1 + oddsLeaving)
    let linear = node.weight / -expm1(-(a + 1) * step)
    let part = (a + b) * oddsLeaving
    let flat = node.weight * (1 + part) / -expm1(-a * step) - part * linear
    for stage in 0..<stages {
      let slope = (potential[stage] - node.values[stage]) / leaves
      sums.mean[stage] += potential[stage] * flat - slope * leaves * linear
      if stages > 1 { sums.factorial[stage] += 2 * slope * ((a + b - 1) * leaves * linear - (a - 1) * flat) }
    }
    if stages == 1 { sums.factorial[0] += flat * shape * (shape + 1) * odds * odds }
  }

  /// H(p) by stage.
  private func expectations(leaves: Double, logStays: Double, few: [Double]) -> [Double] {
    if stages == 1 { return [-expm1(-shape * log1p(leaves * odds)) / leaves] }
    if leaves > 0.9 { return directly(exp(logStays), few) }
    let k = Double(stages)
    let small = -logStays / k
    // ln of the term without a root: (p/q) θ / (k (1-θ)), θ^j and the generating function at θ.
    let ratio = logGrowth(k * small) - logGrowth(small)
    let reach = log1p(-expm1(-small) * odds)
    var values = (0..<stages).map { stage in
      -expm1(ratio - Double(stage) * small - (shape + Double(stage)) * reach) / leaves
    }
    for index in roots.indices {
      subtract(index, theta: exp(-small), stays: exp(logStays), &values)
    }
    return values
  }

  /// ln((e^x - 1) / x), with its own precision near 0.
  private func logGrowth(_ x: Double) -> Double {
    guard x < 0.2 else { return log(expm1(x) / x) }
    let square = x * x
    return x / 2 + square * (1.0 / 24 - square * (1.0 / 2_880 - square / 181_440))
  }

  /// Takes off Re of s^(j+1) / (1-s) / (kq) · (1 + (1-s)·odds)^-(shape+j) for a root and its conjugate.
  private func subtract(_ index: Int, theta: Double, stays: Double, _ values: inout [Double]) {
    let k = Double(stages)
    let twice = 2 * (index + 1) == stages ? 1.0 : 2.0
    let s = Complex(theta * roots[index].real, theta * roots[index].imaginary)
    let base = Complex(1 + (1 - s.real) * odds, -s.imaginary * odds)
    let logSize = -shape * base.logModulus
    guard logSize > -32 else { return }
    var term = Complex(polar: exp(logSize), -shape * base.angle) * (s / Complex(1 - s.real, -s.imaginary))
    let next = s / base
    for stage in 0..<stages {
      values[stage] -= twice * term.real / (k * stays)
      term = term * next
    }
  }

  /// Σ q^(n-1) P(F ≥ n), for small q.
  private func directly(_ stays: Double, _ few: [Double]) -> [Double] {
    (0..<stages).map { stage in
      var (sum, power) = (0.0, 1.0)
      var place = stage
      while place < few.count, power > 1e-15 {
        sum += power * few[place]
        power *= stays
        place += stages
      }
      return sum
    }
  }

  /// E[F] by stage: (E[M] + j - E[(M + j) mod k]) / k.
  private func potentialMeans() -> [Double] {
    let k = Double(stages)
    return (0..<stages).map { stage in
      let j = Double(stage)
      var rest = (k - 1) / 2
      for root in 1..<max(2, stages) where root < stages {
        let angle = 2 * Double.pi * Double(root) / k
        let w = Complex(cos(angle), sin(angle))
        let base = Complex(1 + (1 - w.real) * odds, -w.imaginary * odds)
        let size = exp(-(shape + j) * base.logModulus)
        let value = Complex(polar: size, -(shape + j) * base.angle + angle * j)
        rest += (value / Complex(w.real - 1, -w.imaginary)).real
      }
      return ((shape + j) * odds + j - rest) / k
    }
  }
}

extension GeometricCounts {
  /// P(F ≥ n) of the first counts, as many as a chance to leave of 0.9 lets matter.
  fileprivate func firstReaches() -> [Double] {
    reaches(through: 16) ?? [Double](repeating: 1, count: 16 * stages)
  }
}

/// A complex number, as far as it is needed here.
private struct Complex {
  let real, imaginary: Double

  init(_ real: Double, _ imaginary: Double) {
    self.real = real
    self.imaginary = imaginary
  }

  init(polar modulus: Double, _ angle: Double) { self.init(modulus * cos(angle), modulus * sin(angle)) }

  var logModulus: Double { 0.5 * log(real * real + imaginary * imaginary) }
  var angle: Double { atan2(imaginary, real) }

  static func * (left: Complex, right: Complex) -> Complex {
    Complex(
      left.real * right.real - left.imaginary * right.imaginary,
      left.real * right.imaginary + left.imaginary * right.real)
  }

  static func / (left: Complex, right: Complex) -> Complex {
    let size = right.real * right.real + right.imaginary * right.imaginary
    let top = left * Complex(right.real, -right.imaginary)
    return Complex(top.real / size, top.imaginary / size)
  }
}
