import Kernel

/// The chain, live: what every stage knows, whether it may go on, what it handed on, and the one thing to do there now.
package struct ChainBoard: Part {
  /// Whether the support conditions let a stage work; the words name the one fact that is missing.
  package enum Gate: Sendable {
    case met
    case notMet(String)
    case unknown(String)

    var tone: Tone {
      switch self {
      case .met: .good
      case .notMet: .bad
      case .unknown: .watch
      }
    }

    var title: String {
      switch self {
      case .met: "Gate met"
      case .notMet: "Gate not met"
      case .unknown: "Gate unknown"
      }
    }

    var fact: String? {
      switch self {
      case .met: nil
      case .notMet(let fact), .unknown(let fact): fact
      }
    }

    var icon: String {
      switch self {
      case .met: "lock-open"
      case .notMet: "lock"
      case .unknown: "help-circle"
      }
    }
  }

  /// One of the five boxes.
  package struct Stage: Sendable {
    let title: String
    let path: String?
    let question: String
    let figure: Figure?
    let freshness: HTML
    let gate: Gate
    let handedOn: HTML
    let todo: LinkButton?

    /// - Parameters:
    ///   - path: nil while the product has no page for the stage.
    ///   - question: what the stage answers, in a few words.
    ///   - figure: its one figure.
    ///   - freshness: how old its input is.
    ///   - handedOn: what it last gave the next stage, and when.
    ///   - todo: the one thing to do there now.
    package init(
      _ title: String, path: String?, question: String, figure: Figure? = nil, freshness: HTML = HTML(), gate: Gate,
      handedOn: HTML = HTML(), todo: LinkButton? = nil
    ) {
      self.title = title
      self.path = path
      self.question = question
      self.figure = figure
      self.freshness = freshness
      self.gate = gate
      self.handedOn = handedOn
      self.todo = todo
    }
  }

  /// One of the four support conditions.
  package struct Condition: Sendable {
    let title: String
    let path: String?
    let icon: String
    let gate: Gate
    let words: HTML

    package init(_ title: String, path: String?, icon: String, gate: Gate, words: HTML = HTML()) {
      self.title = title
      self.path = path
      self.icon = icon
      self.gate = gate
      self.words = words
    }
  }

  let stages: [Stage]
  let conditions: [Condition]
  let format: Format

  package init(stages: [Stage], conditions: [Condition], format: Format) {
    self.stages = stages
    self.conditions = conditions
    self.format = format
  }

  package var html: HTML {
    """
    <section class="vc-board" aria-label="The chain now"><ol class="vc-board-stages">\
    \(stages.enumerated().html { stage($0.offset + 1, $0.element) })</ol>\
    <ul class="vc-board-conditions" aria-label="Support conditions">\(conditions.html(condition))</ul></section>
    """
  }

  private func heading(_ title: String, _ path: String?) -> HTML {
    path.map { "<a href=\"\(url: $0)\">\(words: title)</a>" } ?? HTML(words: title)
  }

  private func stage(_ number: Int, _ stage: Stage) -> HTML {
    """
    <li class="vc-box\(when: stage.path == nil, " vc-box-off")"><div class="vc-box-head">\
    <span class="vc-stage-number" aria-hidden="true">\(number)</span><h2>\(heading(stage.title, stage.path))</h2></div>\
    <p class="vc-box-question">\(words: stage.question)</p>\
    \(stage.figure.map { figure($0) })\
    \(when: !stage.freshness.isEmpty, "<p class=\"vc-box-fresh\">\(stage.freshness)</p>")\
    \(gate(stage.gate))\
    \(when: !stage.handedOn.isEmpty, "<p class=\"vc-box-handed\"><span>Handed on</span> \(stage.handedOn)</p>")\
    \(stage.todo.map { "<div class=\"vc-box-todo\"><span>Do now</span>\($0)</div>" as HTML })</li>
    """
  }

  private func figure(_ figure: Figure) -> HTML {
    """
    <div class="vc-box-figure"><span class="vc-box-value">\(InlineFigure(figure, format: format, place: "board"))</span>\
    <span class="vc-box-name">\(words: figure.title)</span></div>
    """
  }

  private func gate(_ gate: Gate) -> HTML {
    """
    <p class="vc-gate vc-tone-\(gate.tone.rawValue)">\(Icon(gate.icon))<span><strong>\(words: gate.title)</strong>\
    \(gate.fact.map { ": \(words: $0)" as HTML })</span></p>
    """
  }

  private func condition(_ condition: Condition) -> HTML {
    """
    <li class="vc-slab"><h3>\(Icon(condition.icon))\(heading(condition.title, condition.path))</h3>\(gate(condition.gate))\
    \(when: !condition.words.isEmpty, "<p class=\"vc-slab-words\">\(condition.words)</p>")</li>
    """
  }
}
