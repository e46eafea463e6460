import ArgumentParser
package import ControllerRuntime
import KubernetesModel

/// `--leader-elect` and what belongs to it; names and defaults are those of Argo Rollouts.
struct ElectionOptions: ParsableArguments {
    /// The Lease that Argo Rollouts' controller holds, too.
    static let defaultID = "argo-rollouts-controller-lock"

    // Always with a value: an option that can also stand alone ignores what follows its "=".
    @Option(help: "Whether only the holder of a Lease writes, so that several replicas can run: true or false.")
    var leaderElect = true

    @Option(help: "How long the others wait after the leader's last sign of life. Whole seconds.")
    var leaderElectionLeaseDuration: DurationArgument = "15s"

    @Option(help: "How long the leader goes on without a successful renewal; shorter than the lease.")
    var leaderElectionRenewDeadline: DurationArgument = "10s"

    @Option(help: "The time between two tries to acquire or renew.")
    var leaderElectionRetryPeriod: DurationArgument = "2s"

    @Option(
        help: """
            The Lease's namespace. (default: the one namespace that is served, else POD_NAMESPACE, else the namespace \
            of the pod or of the kubeconfig's context)
            """)
    var leaderElectionNamespace: String?

    @Option(name: .customLong("leader-election-id"), help: "The Lease's name; Argo Rollouts' unless another is given.")
    var leaderElectionID = Self.defaultID

    func validate() throws {
        if let namespace = leaderElectionNamespace, let problem = NamespaceRule.problem(with: namespace) {
            throw ValidationError("--leader-election-namespace: \(problem).")
        }
        guard NamespaceRule.isName(leaderElectionID) else {
            throw ValidationError(
                "--leader-election-id is '\(leaderElectionID)'; give lower case letters, digits, '-' and '.'.")
        }
        if let problem = settings.problem {
            throw ValidationError("--leader-election-…: \(problem).")
        }
    }

    /// What the flags ask for; `nil` without election.
    ///
    /// - Parameter instanceID: ends the Lease's name, as with Argo Rollouts, unless the name was given.
    func rules(instanceID: String? = nil) -> ElectionRules? {
        guard leaderElect else { return nil }
        var prototype = settings
        if let instanceID, leaderElectionID == Self.defaultID { prototype.lease.name += "-\(instanceID)" }
        return ElectionRules(namespace: leaderElectionNamespace, prototype: prototype)
    }

    private var settings: ElectionSettings {
        ElectionSettings(
            lease: ObjectKey(name: leaderElectionID), identity: "",
            leaseDuration: leaderElectionLeaseDuration.duration, renewDeadline: leaderElectionRenewDeadline.duration,
            retryPeriod: leaderElectionRetryPeriod.duration)
    }
}

/// An election before it is known where: the namespace may depend on the kubeconfig.
package struct ElectionRules: Sendable {
    /// The namespace that was given.
    package var namespace: String?
    /// All but the namespace and the identity.
    package var prototype: ElectionSettings

    package init(namespace: String?, prototype: ElectionSettings) {
        self.namespace = namespace
        self.prototype = prototype
    }

    /// The settings for one process.
    func settings(namespace: String, identity: String) -> ElectionSettings {
        var settings = prototype
        settings.lease.namespace = namespace
        settings.identity = identity
        return settings
    }
}
