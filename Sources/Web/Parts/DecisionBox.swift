import Kernel

/// The end of every analysis: what is chosen, by whom, why, and when it will be judged.
///
/// Sends `choice`, `effect`, `owner`, `review_day`, `reason` and the hidden fields given.
package struct DecisionBox: Part {
  /// Something that can be chosen, with what it should bring and cost.
  package struct Choice: Sendable {
    let value: String
    let title: String
    let effect: String
    let cost: String

    /// - Parameters:
    ///   - effect: what it should bring, in words and a number.
    ///   - cost: what it costs, in words and a number; empty when nothing.
    package init(_ value: String, _ title: String, effect: String, cost: String = "") {
      self.value = value
      self.title = title
      self.effect = effect
      self.cost = cost
    }
  }

  let question: String
  let figure: Figure
  let version: String
  let choices: [Choice]
  let owners: [Field.Option]
  let action: String
  let csrf: String
  let format: Format
  let hidden: [(name: String, value: String)]
  let values: [String: String]
  let problems: [Problem]
  let effectUnit: String

  /// - Parameters:
  ///   - version: the version of the analysis the decision rests on.
  ///   - hidden: further hidden fields, such as the figure's id.
  ///   - effectUnit: the unit of the expected effect, such as `EUR`.
  package init(
    question: String, figure: Figure, version: String, choices: [Choice], owners: [Field.Option], action: String,
    csrf: String, format: Format, hidden: [(name: String, value: String)] = [], values: [String: String] = [:],
    problems: [Problem] = [], effectUnit: String
  ) {
    self.question = question
    self.figure = figure
    self.version = version
    self.choices = choices
    self.owners = owners
    self.action = action
    self.csrf = csrf
    self.format = format
    self.hidden = hidden
    self.values = values
    self.problems = problems
    self.effectUnit = effectUnit
  }

  package var html: HTML {
    """
    <section class="vc-card vc-decision" id="decide"><div class="vc-decision-top"><h2>\(words: question)</h2>\
    <p class="vc-decision-rests">Rests on \(words: figure.title.lowercasedFirst): \
    \(InlineFigure(figure, format: format, place: "decision")), version \(version).</p></div>\
    \(Form(action: action, csrf: csrf, submit: "Decide", rows: rows, values: values, problems: problems))</section>
    """
  }

  private var rows: [Form.Row] {
    let options = choices.map { choice in
      Field.Option(
        choice.value, choice.title,
        hint: choice.cost.isEmpty
          ? "Expected: \(choice.effect)" : "Expected: \(choice.effect). Costs: \(choice.cost)")
    }
    let choice =
      choices.isEmpty
      ? Field("choice", "What is decided", isRequired: true)
      : Field("choice", "Choice", .radio(options), isRequired: true)
    return hidden.map { .field(Field($0.name, "", .hidden, value: $0.value)) } + [
      .field(choice),
      .field(
        Field(
          "effect", "Expected effect", .number, hint: "A number to be judged by at the review.", isRequired: true,
          unit: effectUnit)),
      .field(Field("owner", "Owner", .select(owners), hint: "Who sees to it.", isRequired: true)),
      .field(
        Field(
          "review_day", "Review on", .day, hint: "The actual effect is then set beside the expected one.",
          isRequired: true)),
      .field(Field("reason", "Reason", .lines(3), hint: "For whoever reads this in a year.", isRequired: true)),
    ]
  }
}

/// A decision that was taken, and how it turned out once it was reviewed.
package struct PastDecision: Part {
  let title: String
  let path: String
  let expected: String
  let actual: String?
  let tone: Tone
  let when: HTML
  let by: String

  /// - Parameter actual: nil until the review.
  package init(
    _ title: String, path: String, expected: String, actual: String?, tone: Tone = .neutral, when: HTML, by: String
  ) {
    self.title = title
    self.path = path
    self.expected = expected
    self.actual = actual
    self.tone = tone
    self.when = when
    self.by = by
  }

  package var html: HTML {
    """
    <article class="vc-past"><h3><a href="\(url: path)">\(words: title)</a></h3><p class="vc-past-by">\(by), \(when)</p>\
    <dl><div><dt>Expected</dt><dd>\(expected)</dd></div><div><dt>Actual</dt><dd>\
    \(actual.map { Badge($0, tone).html } ?? "<span class=\"vc-none\">not reviewed yet</span>")</dd></div></dl></article>
    """
  }
}

extension String {
  /// For the middle of a sentence: the first letter small, unless the word is an abbreviation.
  var lowercasedFirst: String {
    let scalars = unicodeScalars
    guard let first = scalars.first else { return self }
    let second = scalars.dropFirst().first
    if let second, second.properties.isUppercase || !second.properties.isAlphabetic { return self }
    return first.properties.lowercaseMapping + String(String.UnicodeScalarView(scalars.dropFirst()))
  }
}
