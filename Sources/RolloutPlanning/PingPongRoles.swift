import KubernetesModel
import RolloutModel

/// Which of the two Services of ping-pong is stable.
enum PingPongRoles {
    /// What the status says, unless the Services show that it is the other way round: a Rollout that is switched into
    /// ping-pong in the middle of an update may name its two Services in either order.
    static func stable(of rollout: Rollout, in snapshot: RolloutSnapshot) -> PingPong.Side? {
        let status = rollout.status
        guard let pingPong = rollout.spec.canary.pingPong, !status.stableRS.isEmpty else {
            return status.stablePingPong
        }
        func hash(_ service: String) -> String? { snapshot.services[service].flatMap { ServiceSelector($0).hash } }
        let roles = pingPong.services(stable: status.stablePingPong)
        guard hash(roles.stable) != status.stableRS, hash(roles.canary) == status.stableRS else {
            return status.stablePingPong
        }
        return (status.stablePingPong ?? .pong).other
    }
}
