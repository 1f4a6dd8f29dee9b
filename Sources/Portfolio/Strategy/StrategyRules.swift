/// The rules of domain F12 as one text: first match wins. A question whose fact is missing is answered both ways, and
/// whatever can come out is kept.
struct StrategyRules {
  /// A question that the facts do not answer.
  struct Unanswered: Error {
    let test: StrategyTest
    let fact: StrategyFact
  }

  /// One way the missing facts may turn out, and what the rules then say.
  struct Outcome {
    let call: StrategyCall
    let supposed: [StrategyTest: Bool]
  }

  let settings: StrategySettings

  /// Every outcome that the missing facts leave open; one when nothing that matters is missing.
  func outcomes(_ facts: StrategyFacts, supposing supposed: [StrategyTest: Bool] = [:]) -> [Outcome] {
    do throws(Unanswered) {
      let call = try call { test throws(Unanswered) in
        if let answer = supposed[test] { return answer }
        switch test.read(facts, settings) {
        case .known(let answer): return answer
        case .missing(let fact): throw Unanswered(test: test, fact: fact)
        }
      }
      return [Outcome(call: call, supposed: supposed)]
    } catch {
      return [true, false].flatMap { answer in
        var next = supposed
        next[error.test] = answer
        if let implied = Self.implied(error.test, answer) { next[implied.0] = implied.1 }
        return outcomes(facts, supposing: next)
      }
    }
  }

  // A prospect has not lapsed; what is confirmed is significant, and what is not significant is not confirmed.
  private static func implied(_ test: StrategyTest, _ answer: Bool) -> (StrategyTest, Bool)? {
    switch (test, answer) {
    case (.isProspect, true): (.isLapsed, false)
    case (.isConfirmed, true): (.isSignificant, true)
    case (.isSignificant, false): (.isConfirmed, false)
    default: nil
    }
  }

  private func call(
    _ ask: (StrategyTest) throws(Unanswered) -> Bool
  ) throws(Unanswered) -> StrategyCall {
    if try ask(.isProspect) {
      if try ask(.fits), try ask(.startPays) { return .start }
      return .notPursued
    }
    if try ask(.isLapsed) { return try ask(.regainPays) ? .winBack : .leave }
    let losesMoney = try ask(.losesMoney)
    if losesMoney {
      if try ask(.isSignificant) { return .reEngineer }
      if try ask(.canBeRepaired) { return .reEngineer }
      if try !ask(.isHeld), try ask(.mayEnd) { return .end }
    }
    return try callOfThoseWhoStay(losesMoney: losesMoney, ask)
  }

  private func callOfThoseWhoStay(
    losesMoney: Bool, _ ask: (StrategyTest) throws(Unanswered) -> Bool
  ) throws(Unanswered) -> StrategyCall {
    if try ask(.isConfirmed) { return .protect }
    let isHighValue = try ask(.isHighValue)
    var matters = isHighValue
    if !matters { matters = try ask(.isSignificant) }
    if matters {
      if try ask(.rivalSeen) { return .protect }
      if try ask(.isAtRisk) { return .protect }
    }
    if isHighValue, settings.highValueFirst { return .maintain }
    if !losesMoney, try ask(.walletIsOpen), try ask(.roomIsWorthIt) { return .enhance }
    if isHighValue { return .maintain }
    return losesMoney ? .held : .harvest
  }
}
