/// A kind of thing that goes wrong in a simulated world, beside what the scenario itself tells.
///
/// When and how often is drawn from the seed, for each kind by a generator of its own: leaving one kind out does not
/// change what is drawn for the others.
package enum SimulationFault: String, Hashable, Sendable, CaseIterable {
    /// The API server answers a write with a conflict, or does not answer.
    case apiConflicts = "api-conflicts"
    /// A write takes effect, and its answer is lost.
    case apiAnswersLost = "api-answers-lost"
    /// A watch passes events over, until it breaks and lists anew.
    case lostEvents = "lost-watch-events"
    /// The watch of one kind stands still for a while.
    case lateEvents = "late-watch-events"
    /// A watch breaks and delivers again what it had delivered.
    case duplicatedEvents = "duplicated-watch-events"
    /// The changes of different kinds arrive in another order than they were made.
    case reorderedEvents = "reordered-watch-events"
    /// Weir's process ends between two effects and starts anew.
    case controllerCrash = "controller-crash"
    /// Another process of Weir, which has watched all the time, takes over.
    case leaderChange = "leader-change"
    /// AWS refuses calls because there were too many: of one operation, or of all.
    case awsThrottling = "aws-throttling"
    /// AWS fails calls of one operation, lacks a permission, or loses its answers.
    case awsErrors = "aws-errors"
    /// A change of a rule takes almost the settle time to reach a node of the load balancer.
    case slowPropagation = "slow-propagation"
    /// Targets are registered and judged late.
    case lateHealth = "late-health"
    /// The load balancer's health checks of a pod fail for a while though the pod answers.
    case failingHealth = "failing-health"
    /// The program of a pod stops answering for a while.
    case crashingPods = "crashing-pods"
    /// Programs take long until they listen.
    case slowPods = "slow-pods"
    /// Programs do not end when they are told to.
    case stubbornPods = "stubborn-pods"
    /// A node is drained: its pods are evicted one after the other, and it comes back.
    case nodeDrain = "node-drain"
    /// An autoscaler changes the number of replicas.
    case replicaChanges = "hpa-changes"
    /// A new image is set in the middle of an update.
    case newImages = "new-images"
    /// People change fields that have nothing to do with the update, so that every version is soon out of date.
    case userEdits = "user-edits"
    /// A person changes the weights of a rule in the AWS console.
    case consoleEdits = "console-edits"
    /// The Ingress controller runs in a process of its own, and is away for a while.
    case otherControllerDown = "other-controller-down"
    /// The clocks of Weir's processes are wrong, each by another second or less.
    case clockSkew = "clock-skew"

    /// One sentence for lists.
    package var about: String {
        switch self {
        case .apiConflicts: "the API server answers a write with a conflict, or not at all"
        case .apiAnswersLost: "a write takes effect and its answer is lost"
        case .lostEvents: "a watch passes events over until it lists anew"
        case .lateEvents: "the watch of one kind stands still for a while"
        case .duplicatedEvents: "a watch delivers again what it had delivered"
        case .reorderedEvents: "the changes of different kinds arrive in another order"
        case .controllerCrash: "Weir's process ends between two effects and starts anew"
        case .leaderChange: "another process of Weir takes over"
        case .awsThrottling: "AWS refuses calls because there were too many"
        case .awsErrors: "AWS fails calls, lacks a permission, or loses answers"
        case .slowPropagation: "a rule takes almost the settle time to reach the load balancer's nodes"
        case .lateHealth: "targets are registered and judged late"
        case .failingHealth: "health checks of a pod fail though it answers"
        case .crashingPods: "a pod's program stops answering for a while"
        case .slowPods: "programs take long until they listen"
        case .stubbornPods: "programs ignore SIGTERM"
        case .nodeDrain: "a node is drained and comes back"
        case .replicaChanges: "an autoscaler changes the number of replicas"
        case .newImages: "a new image is set in the middle of an update"
        case .userEdits: "people change other fields of the same objects"
        case .consoleEdits: "a person changes the weights of a rule in the AWS console"
        case .otherControllerDown: "the Ingress controller is away for a while"
        case .clockSkew: "the clocks of Weir's processes are wrong by up to a second"
        }
    }
}

/// A name that is no fault's.
package struct UnknownFault: Error, Equatable, Sendable, CustomStringConvertible {
    package var name: String

    package init(name: String) {
        self.name = name
    }

    package var description: String {
        let names = SimulationFault.allCases.map(\.rawValue).joined(separator: ", ")
        return "there is no fault named \(name); faults are all, none, or a list of: \(names)"
    }
}

/// The faults of a run.
package struct SimulationFaults: Hashable, Sendable, CustomStringConvertible {
    /// In the order of `SimulationFault`, each once.
    package let kinds: [SimulationFault]
    /// Whether each seed draws which of them happen to it; otherwise all of them do.
    package let isDrawn: Bool

    /// - Parameter isDrawn: whether each seed draws which of them happen to it.
    package init(_ kinds: some Sequence<SimulationFault>, isDrawn: Bool = false) {
        let wanted = Set(kinds)
        self.kinds = SimulationFault.allCases.filter(wanted.contains)
        self.isDrawn = isDrawn
    }

    /// Nothing goes wrong.
    package static let none = SimulationFaults([])
    /// Each seed draws some of all.
    package static let all = SimulationFaults(SimulationFault.allCases, isDrawn: true)

    /// Reads `all`, `none`, or names separated by commas, which all happen.
    package init(parsing text: String) throws(UnknownFault) {
        switch text {
        case "all": self = .all
        case "none", "": self = .none
        default:
            var kinds: [SimulationFault] = []
            for name in text.split(separator: ",") {
                guard let kind = SimulationFault(rawValue: String(name)) else {
                    throw UnknownFault(name: String(name))
                }
                kinds.append(kind)
            }
            self.init(kinds)
        }
    }

    /// What `init(parsing:)` reads; of drawn faults `all`.
    package var description: String {
        if isDrawn { return "all" }
        return kinds.isEmpty ? "none" : kinds.map(\.rawValue).joined(separator: ",")
    }

    /// The faults that happen to a seed.
    package func kinds(of seed: UInt64) -> [SimulationFault] {
        guard isDrawn else { return kinds }
        var random = SimulationRandom(seed: seed ^ 0x6661_756c_7473)
        return kinds.filter { _ in Int.random(in: 0..<100, using: &random) < 25 }
    }
}
