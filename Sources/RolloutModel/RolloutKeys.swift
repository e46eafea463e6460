/// The labels and annotations that tie a Rollout to the objects it manages.
///
/// Source: argo-rollouts API reference, "Labels and annotations"; those under `weir.dev/` are ours.
package enum RolloutKeys {
    /// Label of ReplicaSets and pods, and key of Service selectors: the hash of the pod template.
    package static let podTemplateHash = "rollouts-pod-template-hash"
    /// Annotation of Rollouts and ReplicaSets: the revision as a decimal.
    package static let revision = "rollout.argoproj.io/revision"
    /// Annotation of ReplicaSets: earlier revisions, separated by commas.
    package static let revisionHistory = "rollout.argoproj.io/revision-history"
    /// Annotation of ReplicaSets: `spec.replicas` of the Rollout when the ReplicaSet was last scaled.
    package static let desiredReplicas = "rollout.argoproj.io/desired-replicas"
    /// Annotation of ReplicaSets: RFC 3339 time after which it may be scaled to nothing.
    package static let scaleDownDeadline = "scale-down-deadline"
    /// Annotation of Services: the Rollout that owns the selector.
    package static let managedBy = "argo-rollouts.argoproj.io/managed-by-rollouts"
    /// Annotation of Ingresses: which Rollout wrote which annotations.
    package static let managedALBAnnotations = "rollouts.argoproj.io/managed-alb-annotations"
    /// Annotation of Ingresses, the older form of the one above: `rollout:action`, separated by commas.
    package static let managedALBActions = "rollouts.argoproj.io/managed-alb-actions"
    /// Annotation of Ingresses: since when all traffic of a Rollout that does not manage the Ingress any more is given
    /// to one Service, as a JSON object of RFC 3339 times by the Rollout's name.
    package static let releasing = "weir.dev/releasing"
    /// Finalizer that a user may give a Rollout: its deletion waits until no request can reach its pods.
    package static let holdFinalizer = "weir.dev/hold-while-reachable"
    /// Annotation of ReplicaSets: what was put into their pods' metadata, see `PodMetadata`.
    package static let ephemeralMetadata = "rollout.argoproj.io/ephemeral-metadata"
    /// Annotation of Rollouts: the generation of the workload they take their pod template from.
    package static let workloadGeneration = "rollout.argoproj.io/workload-generation"
    /// Label of Rollouts: the controller that serves them.
    package static let instanceID = "argo-rollouts.argoproj.io/controller-instance-id"
    /// Annotation of Rollouts: what reads of AWS have confirmed, see `ConfirmedRecord`.
    package static let confirmed = "weir.dev/confirmed"
    /// Annotation of Rollouts: the settle time in seconds for this Rollout alone.
    package static let settleSeconds = "weir.dev/settle-seconds"
    /// Annotation of ReplicaSets Weir made: `<version>-<hash>` of the canonical pod template.
    package static let templateHash = "weir.dev/template-hash"
    /// Annotation of pods that are about to be scaled away: since when, RFC 3339. The Ingress controller takes them out
    /// of their target groups while they still answer.
    package static let drain = "weir.dev/drain"
    /// Annotation of Ingresses, `true`: their load balancer controller takes pods with the mark above out of their
    /// target groups, so that it is waited for however long it is away. Weir's Ingress controller writes it.
    package static let honoursDrain = "weir.dev/honours-drain"
    /// Annotation by which the ReplicaSet controller chooses the pods it deletes: the lowest go first.
    package static let deletionCost = "controller.kubernetes.io/pod-deletion-cost"
    /// Default prefix of the annotations that the load balancer controller reads.
    package static let albPrefix = "alb.ingress.kubernetes.io"
    /// The backend port name that makes an Ingress path use the annotation `actions.<service>`.
    package static let useAnnotation = "use-annotation"

    /// Annotations of a Rollout that its ReplicaSets do not inherit.
    package static let notInherited: Set<String> = [
        "kubectl.kubernetes.io/last-applied-configuration", revision, revisionHistory, desiredReplicas,
        "notified.notifications.argoproj.io", confirmed, settleSeconds,
        workloadGeneration,
    ]
}
