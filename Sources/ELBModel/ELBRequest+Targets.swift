extension ELBRequest {
    /// Shows the health of a group's targets: all, or those named.
    package struct DescribeTargetHealth: WireStructure {
        /// Of which group.
        package var targetGroupARN: TargetGroupARN
        /// Empty for all.
        package var targets: [Target]

        /// Sets every part.
        package init(targetGroupARN: TargetGroupARN, targets: [Target] = []) {
            self.targetGroupARN = targetGroupARN
            self.targets = targets
        }

        /// Everything empty, to read into.
        package static var blank: Self { Self(targetGroupARN: "") }

        /// The wire names.
        package mutating func map(_ wire: inout WireMapper) {
            wire.required("TargetGroupArn", &targetGroupARN)
            wire.field("Targets", &targets)
        }
    }

    /// Adds targets; known ones stay.
    package struct RegisterTargets: WireStructure {
        /// To which group.
        package var targetGroupARN: TargetGroupARN
        /// The targets.
        package var targets: [Target]

        /// Sets every part.
        package init(targetGroupARN: TargetGroupARN, targets: [Target]) {
            self.targetGroupARN = targetGroupARN
            self.targets = targets
        }

        /// Everything empty, to read into.
        package static var blank: Self { Self(targetGroupARN: "", targets: []) }

        /// The wire names.
        package mutating func map(_ wire: inout WireMapper) {
            wire.required("TargetGroupArn", &targetGroupARN)
            wire.required("Targets", &targets)
        }
    }

    /// Drains and removes targets; unknown ones are no error.
    package struct DeregisterTargets: WireStructure {
        /// From which group.
        package var targetGroupARN: TargetGroupARN
        /// The targets.
        package var targets: [Target]

        /// Sets every part.
        package init(targetGroupARN: TargetGroupARN, targets: [Target]) {
            self.targetGroupARN = targetGroupARN
            self.targets = targets
        }

        /// Everything empty, to read into.
        package static var blank: Self { Self(targetGroupARN: "", targets: []) }

        /// The wire names.
        package mutating func map(_ wire: inout WireMapper) {
            wire.required("TargetGroupArn", &targetGroupARN)
            wire.required("Targets", &targets)
        }
    }
}
