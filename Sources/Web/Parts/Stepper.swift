/// Where one is in a job of several steps.
package struct Stepper: Part {
  let steps: [String]
  let current: Int

  /// - Parameter current: counted from zero; `steps.count` when all are done.
  package init(_ steps: [String], current: Int) {
    self.steps = steps
    self.current = current
  }

  package var html: HTML {
    "<ol class=\"vc-steps\" aria-label=\"Steps\">\(steps.enumerated().html { step($0.offset, $0.element) })</ol>"
  }

  private func step(_ index: Int, _ title: String) -> HTML {
    if index < current {
      return
        "<li class=\"vc-step-done\">\(words: title)\(Icon("check"))<span class=\"visually-hidden\"> (done)</span></li>"
    }
    guard index == current else { return "<li>\(words: title)</li>" }
    return "<li class=\"vc-step-here\" aria-current=\"step\">\(words: title)</li>"
  }
}
