extension ELBRequest {
    /// Shows all attributes of a load balancer.
    package struct DescribeLoadBalancerAttributes: WireStructure {
        /// Which one.
        package var arn: LoadBalancerARN

        /// Sets every part.
        package init(arn: LoadBalancerARN) {
            self.arn = arn
        }

        /// Everything empty, to read into.
        package static var blank: Self { Self(arn: "") }

        /// The wire names.
        package mutating func map(_ wire: inout WireMapper) {
            wire.required("LoadBalancerArn", &arn)
        }
    }

    /// Shows all attributes of a target group.
    package struct DescribeTargetGroupAttributes: WireStructure {
        /// Which one.
        package var arn: TargetGroupARN

        /// Sets every part.
        package init(arn: TargetGroupARN) {
            self.arn = arn
        }

        /// Everything empty, to read into.
        package static var blank: Self { Self(arn: "") }

        /// The wire names.
        package mutating func map(_ wire: inout WireMapper) {
            wire.required("TargetGroupArn", &arn)
        }
    }

    /// Shows all attributes of a listener.
    package struct DescribeListenerAttributes: WireStructure {
        /// Which one.
        package var arn: ListenerARN

        /// Sets every part.
        package init(arn: ListenerARN) {
            self.arn = arn
        }

        /// Everything empty, to read into.
        package static var blank: Self { Self(arn: "") }

        /// The wire names.
        package mutating func map(_ wire: inout WireMapper) {
            wire.required("ListenerArn", &arn)
        }
    }

    /// Changes the attributes given of a load balancer.
    package struct ModifyLoadBalancerAttributes: WireStructure {
        /// Which one.
        package var arn: LoadBalancerARN
        /// The ones that change.
        package var attributes: [Attribute]

        /// Sets every part.
        package init(arn: LoadBalancerARN, attributes: [Attribute]) {
            self.arn = arn
            self.attributes = attributes
        }

        /// Everything empty, to read into.
        package static var blank: Self { Self(arn: "", attributes: []) }

        /// The wire names.
        package mutating func map(_ wire: inout WireMapper) {
            wire.required("LoadBalancerArn", &arn)
            wire.required("Attributes", &attributes)
        }
    }

    /// Changes the attributes given of a target group.
    package struct ModifyTargetGroupAttributes: WireStructure {
        /// Which one.
        package var arn: TargetGroupARN
        /// The ones that change.
        package var attributes: [Attribute]

        /// Sets every part.
        package init(arn: TargetGroupARN, attributes: [Attribute]) {
            self.arn = arn
            self.attributes = attributes
        }

        /// Everything empty, to read into.
        package static var blank: Self { Self(arn: "", attributes: []) }

        /// The wire names.
        package mutating func map(_ wire: inout WireMapper) {
            wire.required("TargetGroupArn", &arn)
            wire.required("Attributes", &attributes)
        }
    }

    /// Changes the attributes given of a listener.
    package struct ModifyListenerAttributes: WireStructure {
        /// Which one.
        package var arn: ListenerARN
        /// The ones that change.
        package var attributes: [Attribute]

        /// Sets every part.
        package init(arn: ListenerARN, attributes: [Attribute]) {
            self.arn = arn
            self.attributes = attributes
        }

        /// Everything empty, to read into.
        package static var blank: Self { Self(arn: "", attributes: []) }

        /// The wire names.
        package mutating func map(_ wire: inout WireMapper) {
            wire.required("ListenerArn", &arn)
            wire.required("Attributes", &attributes)
        }
    }
}
