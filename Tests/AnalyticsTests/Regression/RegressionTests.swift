import Analytics
import Foundation
import Kernel
import Testing

@Suite struct RegressionTests {
  private struct Expected: Decodable {
    struct Logit: Decodable {
      let coefficients, standardErrors, low, high: [Double]
      let logLikelihood, brier, auc, logLoss: Double
    }
    struct Ridge: Decodable {
      let strength: Double
      let coefficients: [Double]
    }
    struct Weighted: Decodable { let coefficients, standardErrors: [Double] }
    struct Linear: Decodable {
      let coefficients, standardErrors, low, high, pValues: [Double]
      let rSquared, adjustedRSquared, residualDeviation: Double
      let new: [[Double]]
      let mean, meanLow, meanHigh, valueLow, valueHigh: [Double]
    }
    let features: [[Double]]
    let outcomes: [Bool]
    let targets: [Double]
    let logit: Logit
    let ridge: Ridge
    let weighted: Weighted
    let ols: Linear
    let aucWithTies: Double
  }

  private func near(_ values: [Double], _ expected: [Double], _ tolerance: Double) -> Bool {
    values.count == expected.count
      && zip(values, expected).allSatisfy { abs($0 - $1) <= tolerance * max(1e-2, abs($1)) }
  }

  private func sample(_ expected: Expected, weights: [Double]? = nil) throws -> LogisticRegression.Sample {
    try .init(features: FeatureMatrix(expected.features), outcomes: expected.outcomes, weights: weights)
  }

  @Test func `logistic regression is that of statsmodels`() throws {
    let expected = try Golden.read(Expected.self, "regression")
    let model = try LogisticRegression().fit(sample(expected))
    #expect(near(model.coefficients, expected.logit.coefficients, 1e-8))
    #expect(near(model.standardErrors, expected.logit.standardErrors, 1e-7))
    #expect(isNear(model.logLikelihood, expected.logit.logLikelihood, 1e-12))
    #expect(near(try model.intervals().map(\.low), expected.logit.low, 1e-7))
    #expect(near(try model.intervals().map(\.high), expected.logit.high, 1e-7))
  }

  @Test func `Brier, log loss and area are those of scikit-learn`() throws {
    let expected = try Golden.read(Expected.self, "regression")
    let sample = try sample(expected)
    let chances = try LogisticRegression().fit(sample).chances(sample.features)
    let quality = try PredictionQuality(chances: chances, outcomes: expected.outcomes)
    #expect(isNear(quality.brier, expected.logit.brier, 1e-8))
    #expect(isNear(quality.logLoss, expected.logit.logLoss, 1e-8))
    #expect(isNear(quality.auc, expected.logit.auc, 1e-12))
    let tied = try PredictionQuality(
      chances: [0.2, 0.2, 0.5, 0.5, 0.5, 0.7, 0.9], outcomes: [false, true, false, true, true, false, true])
    #expect(isNear(tied.auc, expected.aucWithTies, 1e-15))
  }

  @Test func `a ridge shrinks as in scikit-learn`() throws {
    let expected = try Golden.read(Expected.self, "regression")
    let model = try LogisticRegression(ridge: expected.ridge.strength).fit(sample(expected))
    #expect(near(model.coefficients, expected.ridge.coefficients, 1e-6))
  }

  @Test func `frequency weights are those of statsmodels and equal copies`() throws {
    let expected = try Golden.read(Expected.self, "regression")
    let weights = expected.outcomes.indices.map { Double($0 % 3 + 1) }
    let model = try LogisticRegression().fit(sample(expected, weights: weights))
    #expect(near(model.coefficients, expected.weighted.coefficients, 1e-8))
    #expect(near(model.standardErrors, expected.weighted.standardErrors, 1e-7))
    let copies = expected.outcomes.indices.flatMap { Array(repeating: $0, count: $0 % 3 + 1) }.reversed()
    let copied = try LogisticRegression().fit(
      .init(
        features: FeatureMatrix(copies.map { expected.features[$0] }), outcomes: copies.map { expected.outcomes[$0] }))
    #expect(near(copied.coefficients, model.coefficients, 1e-9))
  }

  @Test func `a change of unit scales the coefficient and leaves the chances`() throws {
    let expected = try Golden.read(Expected.self, "regression")
    let model = try LogisticRegression().fit(sample(expected))
    let large = try LogisticRegression().fit(
      .init(
        features: FeatureMatrix(expected.features.map { $0.map { 1e7 * $0 } }), outcomes: expected.outcomes))
    #expect(near(large.coefficients.dropFirst().map { $0 * 1e7 }, Array(model.coefficients.dropFirst()), 1e-8))
    #expect(isNear(try large.chance([0, 3e8, 0, 0, 2e7]), try model.chance([0, 30, 0, 0, 2]), 1e-9))
  }

  @Test func `parameters come back from generated rows and the bands are calibrated`() throws {
    var chance = Chance(seed: 3)
    let truth = [-1.0, 2, -0.5]
    let rows = (0..<20_000).map { _ in [chance.uniform() * 2, chance.uniform() * 4] }
    let outcomes = rows.map { row in
      chance.uniform() < 1 / (1 + exp(-(truth[0] + truth[1] * row[0] + truth[2] * row[1])))
    }
    let features = try FeatureMatrix(rows)
    let model = try LogisticRegression().fit(.init(features: features, outcomes: outcomes))
    for index in truth.indices {
      #expect(abs(model.coefficients[index] - truth[index]) < 3.5 * model.standardErrors[index])
    }
    let quality = try PredictionQuality(chances: model.chances(features), outcomes: outcomes)
    #expect(quality.calibration.count == 10)
    #expect(quality.calibration.map(\.rows).reduce(0, +) == 20_000)
    #expect(quality.calibration.count { $0.interval.contains($0.predicted) } >= 8)
    #expect(try model.interval([1, 1]).contains(model.chance([1, 1])))
  }

  @Test func `separated outcomes and dependent features are refused unless a ridge holds them`() throws {
    let line = try FeatureMatrix((0..<10).map { [Double($0)] })
    let split = try LogisticRegression.Sample(features: line, outcomes: (0..<10).map { $0 >= 5 })
    let problem = #expect(throws: Problem.self) { try LogisticRegression().fit(split) }
    #expect(problem?.field == "features")
    #expect(try LogisticRegression(ridge: 1).fit(split).coefficients.allSatisfy(\.isFinite))
    let outcomes = (0..<10).map { $0 % 3 == 0 }
    let twins = try FeatureMatrix((0..<10).map { [Double($0), 2 * Double($0) + 1] })
    let dependent = #expect(throws: Problem.self) {
      try LogisticRegression().fit(.init(features: twins, outcomes: outcomes))
    }
    #expect(dependent?.facts == [.init("feature", "2")])
    #expect(throws: Problem.self) {
      try LogisticRegression().fit(.init(features: line, outcomes: Array(repeating: true, count: 10)))
    }
    #expect(throws: Problem.self) { try LogisticRegression(ridge: -1) }
    #expect(throws: Problem.self) { try LogisticRegression.Sample(features: line, outcomes: [true]) }
  }

  @Test func `least squares are those of statsmodels`() throws {
    let expected = try Golden.read(Expected.self, "regression")
    let model = try LinearRegression().fit(
      .init(features: FeatureMatrix(expected.features), targets: expected.targets))
    #expect(near(model.coefficients, expected.ols.coefficients, 1e-9))
    #expect(near(model.standardErrors, expected.ols.standardErrors, 1e-9))
    #expect(near(try model.intervals().map(\.low), expected.ols.low, 1e-9))
    #expect(near(try model.intervals().map(\.high), expected.ols.high, 1e-9))
    #expect(near(model.pValues.compactMap(\.self), expected.ols.pValues, 1e-9))
    #expect(isNear(model.rSquared, expected.ols.rSquared))
    #expect(isNear(model.adjustedRSquared, expected.ols.adjustedRSquared))
    #expect(isNear(model.residualDeviation, expected.ols.residualDeviation))
    for (index, row) in expected.ols.new.enumerated() {
      #expect(isNear(try model.mean(row), expected.ols.mean[index]))
      #expect(isNear(try model.meanInterval(row).low, expected.ols.meanLow[index]))
      #expect(isNear(try model.meanInterval(row).high, expected.ols.meanHigh[index]))
      #expect(isNear(try model.valueInterval(row).low, expected.ols.valueLow[index]))
      #expect(isNear(try model.valueInterval(row).high, expected.ols.valueHigh[index]))
    }
  }

  @Test func `a line is found exactly and too few rows are refused`() throws {
    let features = try FeatureMatrix([[1], [2], [3], [4]])
    let model = try LinearRegression().fit(.init(features: features, targets: [3, 5, 7, 9]))
    #expect(near(model.coefficients, [1, 2], 1e-12))
    #expect(isNear(model.rSquared, 1, 1e-12))
    #expect(throws: Problem.self) {
      try LinearRegression().fit(.init(features: FeatureMatrix([[1], [2]]), targets: [3, 5]))
    }
    #expect(throws: Problem.self) {
      try LinearRegression().fit(.init(features: FeatureMatrix([[1], [1], [1], [1]]), targets: [3, 5, 7, 9]))
    }
    #expect(throws: Problem.self) { try model.mean([1, 2]) }
  }
}
