import Kernel
import Synchronization

/// The last answers to questions about the facts, each kept until the facts change.
package final class KeptAnswers<Question: Equatable & Sendable, Answer: Sendable>: Sendable {
  private struct Entry: Sendable {
    let question: Question
    let revision: Int64
    let answer: Answer
  }

  private let entries = Mutex<[Entry]>([])
  private let most: Int

  /// - Parameter most: how many are kept; the oldest goes first.
  package init(most: Int) { self.most = most }

  /// The answer that was given to this question on these facts.
  package func find(_ question: Question, at revision: Int64) -> Answer? {
    entries.withLock { $0.first { $0.revision == revision && $0.question == question }?.answer }
  }

  package func keep(_ answer: Answer, to question: Question, at revision: Int64) {
    entries.withLock { entries in
      entries.removeAll { $0.revision != revision || $0.question == question }
      entries.append(Entry(question: question, revision: revision, answer: answer))
      if entries.count > most { entries.removeFirst() }
    }
  }
}
