import KubernetesModel

/// Whether the runtime gets on: what `/healthz` is answered from.
struct RuntimeProgress: Sendable {
    /// How long a key may go without finishing an effect. One AWS call with all its repetitions takes at most about
    /// two and a half minutes, one call to the API server one.
    static let effectLimit = Duration.seconds(300)
    /// How long the loop that hands out keys may take to notice that it was woken.
    static let dispatchLimit = Duration.seconds(30)

    var isDraining = false
    private var working: [WorkKey: Timestamp] = [:]
    private var askedAt: Timestamp?

    /// A key was begun, or finished one of its effects.
    mutating func moved(_ key: WorkKey, now: Timestamp) {
        working[key] = now
    }

    /// The work on a key is over.
    mutating func ended(_ key: WorkKey) {
        working[key] = nil
    }

    /// The loop went round; whether it is to end when nothing is in hand.
    mutating func dispatched() -> Bool {
        askedAt = nil
        return isDraining
    }

    /// What does not get on, sorted; the loop is to be woken afterwards.
    mutating func problems(now: Timestamp) -> [String] {
        var problems = working.filter { $0.value.duration(to: now) > Self.effectLimit }.map { key, since in
            "the work on \(key.object) stands still since \(since.wholeSeconds.rfc3339)"
        }.sorted()
        if let askedAt {
            if askedAt.duration(to: now) > Self.dispatchLimit {
                problems.insert("no work is handed out since \(askedAt.wholeSeconds.rfc3339)", at: 0)
            }
        } else {
            askedAt = now
        }
        return problems
    }
}
