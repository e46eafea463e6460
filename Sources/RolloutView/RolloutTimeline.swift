import KubernetesModel

/// How the traffic and the pods of one Rollout develop, to be drawn.
package struct RolloutTimeline: Hashable, Sendable {
    /// What holds from a time on, until the next moment.
    package struct Moment: Hashable, Sendable {
        /// From the beginning of the timeline.
        package var at: Duration
        /// The fraction of the requests that each version gets, 0...1, in the order of `versions`; empty when nothing
        /// is known of where requests go.
        package var shares: [Double]
        /// The fraction of the requests that nobody answers, 0...1.
        package var failing: Double
        /// The pods of each version that are not going away.
        package var pods: [Int]
        /// Those of them that are ready.
        package var ready: [Int]

        package init(at: Duration, shares: [Double], failing: Double, pods: [Int], ready: [Int]) {
            self.at = at
            self.shares = shares
            self.failing = failing
            self.pods = pods
            self.ready = ready
        }
    }

    /// Something worth a number in the drawing and a line below it.
    package struct Mark: Hashable, Sendable {
        package var at: Duration
        package var text: String
        /// Whether a promise was broken.
        package var isBad: Bool

        package init(at: Duration, text: String, isBad: Bool = false) {
            self.at = at
            self.text = text
            self.isBad = isBad
        }
    }

    package var title: String
    /// What each version is called, the one that serves at the beginning first.
    package var versions: [String]
    /// In order of time; the first is at 0.
    package var moments: [Moment] = []
    /// In order of time.
    package var marks: [Mark] = []
    /// How long the last moment lasts is up to here.
    package var length: Duration

    package init(title: String, versions: [String], length: Duration) {
        self.title = title
        self.versions = versions
        self.length = length
    }
}

extension RolloutTimeline {
    /// Each moment with the time for which it holds.
    package var spans: [(moment: Moment, duration: Duration)] {
        moments.enumerated().map { index, moment in
            let end = index + 1 < moments.count ? moments[index + 1].at : max(length, moment.at)
            return (moment, end - moment.at)
        }
    }

    /// The time for which all requests together would have failed: half of them failing for two seconds is one second.
    package var failingTime: Duration {
        spans.reduce(.zero) { $0 + .microseconds(Int64($1.duration.inSeconds * 1e6 * $1.moment.failing)) }
    }
}
