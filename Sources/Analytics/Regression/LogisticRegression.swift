import Foundation
import Kernel

/// The chance of an outcome from features, as the logistic function of a weighted sum.
///
/// Maximum likelihood by iteratively reweighted least squares, with step halving. `ridge` takes strength ÷ 2 times the
/// sum of squared coefficients (the intercept left out) off the log-likelihood.
/// Source: P. McCullagh, J. Nelder, "Generalized Linear Models" (1989), section 2.5; S. le Cessie, J. van Houwelingen,
/// Applied Statistics 41 (1992) for the ridge.
public struct LogisticRegression: Estimator {
  /// Rows to learn from.
  public struct Sample: Sendable {
    public let features: FeatureMatrix
    /// Whether the outcome happened, by row.
    public let outcomes: [Bool]
    /// How many customers a row stands for.
    public let weights: [Double]

    /// - Throws: `Problem` when columns differ in length or a weight is negative or not finite.
    public init(features: FeatureMatrix, outcomes: [Bool], weights: [Double]? = nil) throws {
      try requireSameCount("outcomes", outcomes.count, as: features.rows)
      try requireSameCount("weights", weights?.count ?? features.rows, as: features.rows)
      try weights?.requireFinite("weights")
      guard weights?.allSatisfy({ $0 >= 0 }) ?? true else {
        throw Problem(.invalid, field: "weights", "A weight is negative.", mend: "Give zero or more in every row.")
      }
      self.features = features
      self.outcomes = outcomes
      self.weights = weights ?? Array(repeating: 1, count: features.rows)
    }
  }

  /// Strength of the ridge on the features as they are given; 0 for none. Standardise the features first, so that it
  /// shrinks all alike.
  public let ridge: Double
  public let maximumIterations: Int

  /// - Throws: `Problem` when the ridge is negative or not finite, or there is no iteration.
  public init(ridge: Double = 0, maximumIterations: Int = 100) throws {
    try [ridge].requireFinite("ridge")
    guard ridge >= 0, (1...10_000).contains(maximumIterations) else {
      throw Problem(.invalid, field: "ridge", "The ridge or the iterations are out of range.", mend: "Use 0 and 100.")
    }
    self.ridge = ridge
    self.maximumIterations = maximumIterations
  }

  /// Fits the coefficients.
  /// - Throws: `Problem` when both outcomes do not occur, a feature depends on the others, the features separate the
  ///   outcomes without error (then no maximum exists without a ridge), or the steps run out.
  public func fit(_ sample: Sample) throws -> LogisticModel {
    let weight = sample.weights.reduce(0, +)
    let happened = sample.outcomes.indices.reduce(0) { sample.outcomes[$1] ? $0 + sample.weights[$1] : $0 }
    guard happened > 0, happened < weight else {
      throw Problem(
        .invalid, field: "outcomes", "Every row has the same outcome.",
        mend: "Take a window in which both outcomes occur.")
    }
    let frame = ScaledFeatures(sample.features, ridge: ridge)
    var coefficients = [log(happened / (weight - happened))] + Array(repeating: 0, count: sample.features.columns)
    var pass = frame.pass(sample, coefficients)
    for iteration in 1...maximumIterations {
      let system = try frame.factor(pass)
      let step = system.solve(pass.gradient)
      let gain = scalarProduct(step, pass.gradient)
      var share = 1.0
      var tried = frame.pass(sample, zip(coefficients, step).map { $0 + $1 })
      while tried.objective < pass.objective - abs(pass.objective) * 1e-15, share > 1e-6 {
        share /= 2
        tried = frame.pass(sample, zip(coefficients, step).map { $0 + share * $1 })
      }
      coefficients = zip(coefficients, step).map { $0 + share * $1 }
      pass = tried
      try refuseSeparation(pass, weight)
      if gain < 1e-18 * max(1, abs(pass.objective)) || share <= 1e-6 {
        return frame.model(
          coefficients, covariance: try frame.factor(pass).inverse, pass.logLikelihood, sample,
          iterations: iteration)
      }
    }
    throw Problem(
      .invalid, "The fit did not converge in \(maximumIterations) steps.",
      mend: "Add a ridge, or leave out features.")
  }

  /// A likelihood that runs to its upper bound has no maximum inside.
  private func refuseSeparation(_ pass: ScaledFeatures.Pass, _ weight: Double) throws {
    guard ridge == 0, pass.logLikelihood > -1e-7 * weight || pass.largestLogit > 1e3 else { return }
    throw Problem(
      .invalid, field: "features", "The features separate the outcomes without error, so no finite fit exists.",
      mend: "Add a ridge of 1, leave out the feature that tells the outcome, or give more rows.")
  }
}

/// Features centred and scaled inside the fit, so that its arithmetic does not depend on the units.
struct ScaledFeatures: Sendable {
  /// Gradient, curvature and objective at one point.
  struct Pass: Sendable {
    var gradient: [Double]
    var curvature: [Double]
    var logLikelihood = 0.0
    var objective = 0.0
    var largestLogit = 0.0

    mutating func add(_ other: Pass) {
      for index in gradient.indices { gradient[index] += other.gradient[index] }
      for index in curvature.indices { curvature[index] += other.curvature[index] }
      logLikelihood += other.logLikelihood
      largestLogit = max(largestLogit, other.largestLogit)
    }
  }

  private let means: [Double]
  private let scales: [Double]
  private let ridge: Double
  private let size: Int

  init(_ features: FeatureMatrix, ridge: Double) {
    means = features.means
    scales = features.deviations.map { $0 > 0 ? $0 : 1 }
    self.ridge = ridge
    size = features.columns + 1
  }

  /// One point, over fixed slices of the rows on all cores: the sums do not depend on the number of threads.
  func pass(_ sample: LogisticRegression.Sample, _ coefficients: [Double]) -> Pass {
    let parts = Parallel.slices(of: sample.outcomes.count) { rows in slice(rows, sample, coefficients) }
    return penalised(parts.dropFirst().reduce(into: parts.first ?? empty) { $0.add($1) }, coefficients)
  }

  private var empty: Pass {
    Pass(gradient: Array(repeating: 0, count: size), curvature: Array(repeating: 0, count: size * size))
  }

  private func slice(_ rows: Range<Int>, _ sample: LogisticRegression.Sample, _ coefficients: [Double]) -> Pass {
    var pass = empty
    var row = [Double](repeating: 1, count: size)
    for index in rows {
      var logit = coefficients[0]
      for column in 1..<size {
        let value = sample.features.values[index * (size - 1) + column - 1]
        row[column] = (value - means[column - 1]) / scales[column - 1]
        logit += coefficients[column] * row[column]
      }
      let weight = sample.weights[index]
      let chance = 1 / (1 + exp(-logit))
      let signed = sample.outcomes[index] ? logit : -logit
      // ln of the chance of what happened, without overflow either way.
      pass.logLikelihood += weight * (signed > 0 ? -log1p(exp(-signed)) : signed - log1p(exp(signed)))
      if weight > 0 { pass.largestLogit = max(pass.largestLogit, abs(logit)) }
      let residual = weight * ((sample.outcomes[index] ? 1 : 0) - chance)
      let curve = weight * chance * (1 - chance)
      for left in 0..<size {
        pass.gradient[left] += residual * row[left]
        for right in 0...left { pass.curvature[left * size + right] += curve * row[left] * row[right] }
      }
    }
    return pass
  }

  private func penalised(_ pass: Pass, _ coefficients: [Double]) -> Pass {
    var pass = pass
    pass.objective = pass.logLikelihood
    for column in 1..<size {
      let strength = ridge / (scales[column - 1] * scales[column - 1])
      pass.gradient[column] -= strength * coefficients[column]
      pass.curvature[column * size + column] += strength
      pass.objective -= 0.5 * strength * coefficients[column] * coefficients[column]
    }
    return pass
  }

  func factor(_ pass: Pass) throws -> SymmetricSystem {
    let (system, dependent) = SymmetricSystem.factor(pass.curvature, size: size)
    if let system { return system }
    let column = dependent ?? 0
    throw Problem(
      .invalid, field: "features",
      column == 0 ? "The fit has no curvature left." : "Feature \(column) is constant or depends on those before it.",
      mend: "Leave that feature out or add a ridge.", facts: [.init("feature", String(column))])
  }

  /// Coefficients and covariance taken back to the features as they were given.
  func model(
    _ scaled: [Double], covariance: [[Double]], _ logLikelihood: Double, _ sample: LogisticRegression.Sample,
    iterations: Int
  ) -> LogisticModel {
    let back = backTransformation
    // Row by row: back · covariance · backᵀ, the covariance being symmetric.
    let halfway = back.map { row in covariance.map { scalarProduct(row, $0) } }
    return LogisticModel(
      coefficients: back.map { scalarProduct($0, scaled) },
      covariance: halfway.map { row in back.map { scalarProduct(row, $0) } },
      logLikelihood: logLikelihood, rows: sample.outcomes.count, weight: sample.weights.reduce(0, +),
      ridge: ridge, iterations: iterations)
  }
  /// The map from scaled to given coefficients, row by row.
  private var backTransformation: [[Double]] {
    var rows = (0..<size).map { _ in [Double](repeating: 0, count: size) }
    rows[0][0] = 1
    for column in 1..<size {
      rows[0][column] = -means[column - 1] / scales[column - 1]
      rows[column][column] = 1 / scales[column - 1]
    }
    return rows
  }
}
