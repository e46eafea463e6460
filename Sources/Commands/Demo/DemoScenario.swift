import KubernetesModel

/// What a demonstration plays.
package enum DemoScenario: String, CaseIterable, Sendable {
    /// A canary through all its steps.
    case canary
    /// A canary that is aborted at 50 %.
    case abort
    /// A canary that is rolled back at 50 % by setting the former image.
    case rollback
    /// A canary whose remaining steps are skipped at 25 %.
    case fullPromote = "full-promote"
    /// A canary that a third version overtakes at 50 %.
    case newImage = "new-image"
    /// A canary during which the number of replicas changes twice.
    case scale
    /// Every pod replaced, the version kept.
    case restart
    /// A canary between two services that keep their selectors.
    case pingPong = "ping-pong"
    /// A new version beside the old one, promoted by hand.
    case blueGreen = "blue-green"
    /// A Rollout that is deleted at 50 % and leaves its pods.
    case delete

    /// The folder of manifests that the scenario is made for.
    package var manifests: String {
        switch self {
        case .blueGreen: "examples/blue-green-alb"
        case .pingPong: "examples/ping-pong-alb"
        default: "examples/canary-alb"
        }
    }

    /// What is done, and what is waited for, in order.
    package var acts: [DemoAct] {
        switch self {
        case .canary, .pingPong:
            [.setImage(.next), .until(.settled(.next))]
        case .abort:
            [.setImage(.next), .until(.weight(50)), .hold, .abort, .until(.aborted)]
        case .rollback:
            [.setImage(.next), .until(.weight(50)), .hold, .setImage(.first), .until(.settled(.first))]
        case .fullPromote:
            [.setImage(.next), .until(.weight(25)), .hold, .promoteFull, .until(.settled(.next))]
        case .newImage:
            [.setImage(.next), .until(.weight(50)), .hold, .setImage(.afterNext), .until(.settled(.afterNext))]
        case .scale:
            [
                .setImage(.next), .until(.weight(25)), .scale(by: 3), .until(.weight(50)), .hold, .scale(by: -2),
                .until(.settled(.next)),
            ]
        case .restart:
            [.restart, .until(.restarted)]
        case .blueGreen:
            [.setImage(.next), .until(.previewed), .hold, .promote, .until(.settled(.next))]
        case .delete:
            [.setImage(.next), .until(.weight(50)), .hold, .delete, .until(.released), .hold]
        }
    }

    /// The version that has every weight of the update in the end; `nil` when none is to.
    package var promoted: DemoImage? {
        switch self {
        case .canary, .pingPong, .fullPromote, .scale: .next
        case .newImage: .afterNext
        case .abort, .rollback, .restart, .blueGreen, .delete: nil
        }
    }
}

/// One of the versions of a demonstration.
package enum DemoImage: Hashable, Sendable {
    /// What the manifests say.
    case first
    /// What the update sets.
    case next
    /// What overtakes the update.
    case afterNext
}

/// One thing that a demonstration does or waits for.
package enum DemoAct: Hashable, Sendable {
    case setImage(DemoImage)
    /// `spec.replicas`, more or fewer than the manifests say.
    case scale(by: Int)
    case abort
    /// Resumes a pause.
    case promote
    case promoteFull
    case restart
    /// Deletes the Rollout and orphans what it owns, as `kubectl delete --cascade=orphan` does.
    case delete
    /// Two seconds in which nothing is done.
    case hold
    /// Waits; a condition that does not come ends the demonstration as failed.
    case until(DemoCondition)
}

/// A state that a demonstration waits for.
package enum DemoCondition: Hashable, Sendable {
    /// The controller has recorded that the load balancer has this canary weight, percent.
    case weight(Int)
    /// Healthy for the spec as it is now, with pods of this version only, as many as the spec asks for.
    case settled(DemoImage)
    /// Aborted, with the traffic confirmed to be back on stable and no pod of the update left.
    case aborted
    /// Paused, with another version behind the preview service than behind the active one.
    case previewed
    /// Healthy, with none of the pods that were there before the restart.
    case restarted
    /// The Ingress has given everything to one service and names no Rollout any more.
    case released
}

extension DemoCondition: CustomStringConvertible {
    package var description: String {
        switch self {
        case .weight(let weight): "a confirmed canary weight of \(weight) %"
        case .settled(.first): "Healthy with pods of the first version only"
        case .settled: "Healthy with pods of the new version only"
        case .aborted: "aborted, with the traffic back on stable and the canary's pods gone"
        case .previewed: "paused, with the new version behind the preview service"
        case .restarted: "Healthy with new pods only"
        case .released: "an Ingress that leads to one service and names no Rollout"
        }
    }
}
