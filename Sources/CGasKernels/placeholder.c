int gas_placeholder;
